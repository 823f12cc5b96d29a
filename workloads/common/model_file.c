#include "model_file.h"

#include "fail.h"
#include "gguf.h"
#include "memory.h"
#include "stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGES_AT_ONCE 256

/*
 * Four weights of 16 bits: sign and mantissa are drawn, the exponent is that of 2^-6, so each is finite and its size from 1/64 to 1/32. Sums over
 * some hundreds to thousands of products with values around 1 are then around 1 themselves.
 */
#define DRAWN_BITS UINT64_C(0x83FF83FF83FF83FF)
#define EXPONENTS UINT64_C(0x2400240024002400)
#define TWO_ONES UINT64_C(0x3F8000003F800000) /* 1.0 in 32 bits, twice */

struct writing {
	const char *path;
	int file;
	uint64_t state; /* of the stream that the weights are drawn from */
	uint64_t sum;
	uint64_t pages;
};

static _Noreturn void give_up(const struct writing *writing, const char *what)
{
	int error = errno;

	unlink(writing->path);
	errno = error;
	fail_errno("%s %.200s", what, writing->path);
}

static void put(const struct writing *writing, const void *bytes, size_t length)
{
	for (size_t at = 0; at < length;) {
		ssize_t wrote = write(writing->file, (const char *)bytes + at, length - at);
		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote < 0)
			give_up(writing, "writing");
		at += (size_t)wrote;
	}
}

enum content { WEIGHTS, NORM, NOTHING };

static void fill(struct writing *writing, enum content content, uint64_t pages)
{
	static uint64_t words[PAGES_AT_ONCE * PAGE_WORDS];

	writing->pages += pages;
	while (pages > 0) {
		uint64_t count = pages < PAGES_AT_ONCE ? pages : PAGES_AT_ONCE;

		for (uint64_t k = 0; k < count * PAGE_WORDS; k++) {
			uint64_t weights = (stream_draw(&writing->state) & DRAWN_BITS) | EXPONENTS;
			words[k] = content == WEIGHTS ? weights : content == NORM ? TWO_ONES : 0;
			writing->sum += words[k];
		}
		put(writing, words, count * PAGE_BYTES);
		pages -= count;
	}
}

static void fill_tensor(bool norm, uint64_t pages, void *shared)
{
	fill(shared, norm ? NORM : WEIGHTS, pages);
}

static uint64_t words_sum(const unsigned char *bytes, size_t length)
{
	uint64_t sum = 0;

	for (size_t at = 0; at < length; at += sizeof(uint64_t)) {
		uint64_t word;
		memcpy(&word, bytes + at, sizeof(word));
		sum += word;
	}
	return sum;
}

static unsigned char *head_of(size_t length)
{
	unsigned char *head = malloc(length);

	if (head == NULL)
		fail_errno("memory for a model's head");
	return head;
}

/* Whether the file is a model of that shape, this user's and whole (it got its name only then); notes its sum. */
static bool is_there(struct model_file *file, const struct gguf_shape *shape)
{
	size_t length = gguf_head_bytes(shape);
	struct stat status;
	bool same = false;
	int there = open(file->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (there < 0)
		return false;
	if (fstat(there, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == geteuid() && (uint64_t)status.st_size == shape->pages * PAGE_BYTES) {
		unsigned char *found = head_of(length);
		unsigned char *wanted = head_of(length);

		if (pread(there, found, length, 0) == (ssize_t)length) {
			uint64_t sum = gguf_sum_of(shape, found);

			gguf_head(shape, sum, wanted);
			same = memcmp(found, wanted, length) == 0;
			file->sum = sum + words_sum(found, length);
		}
		free(found);
		free(wanted);
	}
	close(there);
	return same;
}

static void make(struct model_file *file, const struct gguf_shape *shape)
{
	size_t length = gguf_head_bytes(shape);
	unsigned char *head = head_of(length);
	char partial[PATH_MAX + 8];
	struct writing writing = { .path = partial, .state = stream_start(shape->seed, 0) };

	/* under another name until it is whole; what an attempt that was killed left there is replaced */
	snprintf(partial, sizeof(partial), "%s.part", file->path);
	unlink(partial);
	writing.file = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (writing.file < 0)
		fail_errno("making %.200s", partial);
	memset(head, 0, length);
	put(&writing, head, length);
	gguf_tensors(shape, fill_tensor, &writing);
	fill(&writing, NOTHING, shape->pages - writing.pages - length / PAGE_BYTES);
	gguf_head(shape, writing.sum, head);
	if (pwrite(writing.file, head, length, 0) != (ssize_t)length || fsync(writing.file) != 0)
		give_up(&writing, "writing to its drive");
	if (rename(partial, file->path) != 0)
		give_up(&writing, "giving its name to");
	close(writing.file);
	file->sum = writing.sum + words_sum(head, length);
	free(head);
}

struct model_file model_file(const char *dir, uint64_t number, uint64_t pages, uint64_t layers)
{
	struct gguf_shape shape = gguf_shape(pages, layers, number);
	struct model_file file = { .vocabulary = shape.vocabulary };

	if ((size_t)snprintf(file.path, sizeof(file.path), "%s/harness-model-%llu.gguf", dir, (unsigned long long)number) >= sizeof(file.path) - 8)
		fail(EXIT_USAGE, "--dir= is longer than a path may be");
	if (!is_there(&file, &shape))
		make(&file, &shape);
	model_file_drop(&file);
	return file;
}

void model_file_drop(const struct model_file *file)
{
	int there = open(file->path, O_RDONLY | O_CLOEXEC);

	if (there < 0)
		fail_errno("opening %.200s", file->path);
	errno = posix_fadvise(there, 0, 0, POSIX_FADV_DONTNEED);
	if (errno != 0)
		fail_errno("posix_fadvise(POSIX_FADV_DONTNEED)");
	close(there);
}
