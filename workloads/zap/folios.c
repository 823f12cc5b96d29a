#include "folios.h"

#include "fail.h"
#include "stream.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define HUGE_PAGES (UINT64_C(1) << MAX_ORDER)
#define SIZES "/sys/kernel/mm/transparent_hugepage/hugepages-"

/* Pages of the mapping that are mapped in one go, 512 at a time. */
static uint64_t huge_pages_of(struct memory memory)
{
	FILE *file = fopen("/proc/self/smaps", "re");
	uint64_t end = (uintptr_t)memory.words + memory.pages * PAGE_BYTES;
	uint64_t from = 0;
	uint64_t huge = 0;
	char line[512];

	if (file == NULL)
		fail_errno("/proc/self/smaps cannot tell how the pages are mapped");
	while (fgets(line, sizeof(line), file) != NULL) {
		uint64_t number;
		uint64_t other;
		if (sscanf(line, "%" SCNx64 "-%" SCNx64, &number, &other) == 2)
			from = number;
		else if (from >= (uintptr_t)memory.words && from < end && sscanf(line, "AnonHugePages: %" SCNu64 " kB", &number) == 1)
			huge += number * 1024 / PAGE_BYTES;
	}
	fclose(file);
	return huge;
}

static uint64_t kib_of(uint64_t order)
{
	return (PAGE_BYTES / 1024) << order;
}

/* Folios of that size that the kernel has given out for page faults so far. */
static uint64_t given_out(uint64_t order)
{
	char path[128];
	uint64_t count;

	snprintf(path, sizeof(path), SIZES "%" PRIu64 "kB/stats/anon_fault_alloc", kib_of(order));
	FILE *file = fopen(path, "re");
	if (file == NULL || fscanf(file, "%" SCNu64, &count) != 1)
		fail_errno("folios of %llu KiB need Linux 6.10 or later and their count in %s", (unsigned long long)kib_of(order), path);
	fclose(file);
	return count;
}

static _Noreturn void not_given(uint64_t order)
{
	fail(EXIT_CANNOT, "the kernel gave folios of another size than %llu KiB; write madvise to " SIZES "%llukB/enabled and never to those of "
	     "the larger sizes, and have as much memory free in one piece", (unsigned long long)kib_of(order), (unsigned long long)kib_of(order));
}

/* Changing the rights of one page for a moment maps the folio around it by PTEs, and leaves the folio whole. */
static void map_by_ptes(struct memory memory)
{
	for (uint64_t page = 0; page < memory.pages; page += HUGE_PAGES) {
		void *start = memory.words + page * PAGE_WORDS;
		if (mprotect(start, PAGE_BYTES, PROT_READ) != 0 || mprotect(start, PAGE_BYTES, PROT_READ | PROT_WRITE) != 0)
			fail_errno("mprotect of one page");
	}
	if (huge_pages_of(memory) != 0)
		fail(EXIT_CANNOT, "mprotect of one page leaves its 2 MiB folio mapped in one go on this kernel");
}

/* Of an entry of /proc/self/pagemap: the page's frame, 0 for those who may not know it. Published (kernel documentation). */
#define FRAME_OF(entry) ((entry) & ((UINT64_C(1) << 55) - 1))
/* Bits of /proc/kpageflags: the first page of a folio of several, and each of the others. Published (kernel documentation). */
#define FIRST_OF_FOLIO (UINT64_C(1) << 15)
#define OTHER_OF_FOLIO (UINT64_C(1) << 16)

static bool read_entry(int file, uint64_t index, uint64_t *entry)
{
	return pread(file, entry, sizeof(*entry), (off_t)(index * sizeof(*entry))) == (ssize_t)sizeof(*entry);
}

/* Whether a page is where it belongs in a folio of the order: alone, the first one, or one of the others. */
static bool in_its_place(uint64_t flags, uint64_t page, uint64_t order)
{
	uint64_t wanted = order == 0 ? 0 : page % (UINT64_C(1) << order) == 0 ? FIRST_OF_FOLIO : OTHER_OF_FOLIO;

	return (flags & (FIRST_OF_FOLIO | OTHER_OF_FOLIO)) == wanted;
}

uint64_t folios_count(const struct options *options, struct memory memory)
{
	uint64_t first = (uintptr_t)memory.words / PAGE_BYTES;
	uint64_t count = options->pages >> options->order;
	int pages = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	int frames = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC);

	for (uint64_t page = 0; pages >= 0 && frames >= 0 && page < options->pages; page++) {
		uint64_t entry;
		uint64_t flags;
		if (!read_entry(pages, first + page, &entry) || FRAME_OF(entry) == 0 || !read_entry(frames, FRAME_OF(entry), &flags))
			break; /* not for this user: the kernel's counts, which folios_map has looked at, must do */
		if (!in_its_place(flags, page, options->order))
			not_given(options->order);
	}
	if (pages >= 0)
		close(pages);
	if (frames >= 0)
		close(frames);
	return count;
}

/* EINVAL: a kernel without huge pages, where nothing need be advised against them */
static void advise(struct memory memory, int advice, const char *name)
{
	if (madvise(memory.words, memory.pages * PAGE_BYTES, advice) != 0 && (errno != EINVAL || advice != MADV_NOHUGEPAGE))
		fail_errno("madvise(%s)", name);
}

struct memory folios_map(const struct options *options, folios_filled *then)
{
	struct memory memory = memory_map_aligned(options->pages);
	uint64_t before = 0;

	if (options->order > 0 && options->order < MAX_ORDER)
		before = given_out(options->order);
	if (options->order > 0)
		advise(memory, MADV_HUGEPAGE, "MADV_HUGEPAGE");
	else
		advise(memory, MADV_NOHUGEPAGE, "MADV_NOHUGEPAGE");
	if (options->placement.node != ANY_NODE)
		memory_bind(memory, options->placement.node);
	for (uint64_t page = 0; page < memory.pages; page++) {
		memory.words[page * PAGE_WORDS] = first_word(options->seed, page);
		if (then != NULL)
			then(page);
	}
	if (options->placement.node != ANY_NODE)
		memory_unbind(memory);
	/* what is mapped stays as it is; nothing is to be collapsed from now on */
	advise(memory, MADV_NOHUGEPAGE, "MADV_NOHUGEPAGE");
	if (huge_pages_of(memory) != (options->order == MAX_ORDER ? memory.pages : 0))
		not_given(options->order);
	if (options->order > 0 && options->order < MAX_ORDER && given_out(options->order) - before < options->pages >> options->order)
		not_given(options->order);
	if (options->order == MAX_ORDER)
		map_by_ptes(memory);
	return memory;
}
