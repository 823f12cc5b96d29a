#include "folios.h"

#include "fail.h"
#include "stream.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/mman.h>

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
