#include "file.h"

#include "fail.h"
#include "model_file.h"
#include "stream.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGES_AT_ONCE 256

/* Word k of the page is the first word plus k: cheap to write, and its sum is known. */
static uint64_t first_of(const struct options *options, uint64_t process, uint64_t page)
{
	return first_word(options->seed, process * options->pages + page);
}

static void write_pages(const struct options *options, uint64_t process, int file)
{
	static uint64_t words[PAGES_AT_ONCE * PAGE_WORDS];

	for (uint64_t done = 0; done < options->pages;) {
		uint64_t left = options->pages - done;
		uint64_t count = left < PAGES_AT_ONCE ? left : PAGES_AT_ONCE;

		for (uint64_t i = 0; i < count; i++) {
			uint64_t first = first_of(options, process, done + i);
			for (uint64_t k = 0; k < PAGE_WORDS; k++)
				words[i * PAGE_WORDS + k] = first + k;
		}
		for (size_t at = 0; at < count * PAGE_BYTES;) {
			ssize_t wrote = write(file, (const char *)words + at, count * PAGE_BYTES - at);
			if (wrote < 0 && errno == EINTR)
				continue;
			if (wrote < 0)
				fail_errno("writing a file of %llu pages in %.200s", (unsigned long long)options->pages, options->dir);
			at += (size_t)wrote;
		}
		done += count;
	}
}

/* A file of known pages, already without a name. */
static int make(const struct options *options, uint64_t process)
{
	char path[PATH_MAX];

	if ((size_t)snprintf(path, sizeof(path), "%s/llama-stream-XXXXXX", options->dir) >= sizeof(path))
		fail(EXIT_USAGE, "--dir= is longer than a path may be");
	int file = mkostemp(path, O_CLOEXEC);
	if (file < 0 || unlink(path) != 0)
		fail_errno("making a file in %.200s", options->dir);
	write_pages(options, process, file);
	/* only clean pages can be dropped; a file system without a drive (tmpfs, ramfs) keeps them */
	if (fsync(file) != 0)
		fail_errno("writing a file in %.200s to its drive", options->dir);
	errno = posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
	if (errno != 0)
		fail_errno("posix_fadvise(POSIX_FADV_DONTNEED)");
	return file;
}

struct file file_map(const struct options *options, uint64_t process)
{
	struct file file = { .memory.pages = options->pages };
	int from;

	if (options->model) {
		struct model_file model = model_file(options->dir, process, options->pages, options->layers);

		file.sum = model.sum;
		from = open(model.path, O_RDONLY | O_CLOEXEC);
		if (from < 0)
			fail_errno("opening %.200s", model.path);
	} else {
		from = make(options, process);
	}
	void *start = mmap(NULL, options->pages * PAGE_BYTES, PROT_READ, MAP_SHARED, from, 0);
	if (start == MAP_FAILED)
		fail_errno("mmap of %llu pages of a file", (unsigned long long)options->pages);
	close(from);
	file.memory.words = start;
	return file;
}

uint64_t file_read_page(const struct options *options, struct file file, uint64_t process, uint64_t page)
{
	const uint64_t *words = file.memory.words + page * PAGE_WORDS;
	uint64_t expected = first_of(options, process, page) * PAGE_WORDS + PAGE_WORDS * (PAGE_WORDS - 1) / 2;
	uint64_t sum = 0;

	for (uint64_t k = 0; k < PAGE_WORDS; k++)
		sum += words[k];
	if (!options->model && sum != expected)
		memory_corrupted(page, sum, expected);
	return sum;
}

void file_check(const struct options *options, struct file file, uint64_t sum)
{
	if (options->model && sum != options->tokens * file.sum)
		fail(EXIT_BROKEN, "the words of a model add up to %llx a token, not to %llx", (unsigned long long)(sum / options->tokens),
		     (unsigned long long)file.sum);
}
