#include "memory.h"

#include "fail.h"
#include "nodes.h"
#include "stream.h"

#include <errno.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* From the kernel's user interface (linux/mempolicy.h), which need not be installed where this is built. */
enum { MODE_DEFAULT = 0, MODE_BIND = 2 };

struct memory memory_map(uint64_t pages)
{
	size_t length = pages * PAGE_BYTES;

	void *start = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (start == MAP_FAILED)
		fail_errno("mmap of %llu pages", (unsigned long long)pages);
	/* EINVAL: a kernel without huge pages, which is as good */
	if (madvise(start, length, MADV_NOHUGEPAGE) != 0 && errno != EINVAL)
		fail_errno("madvise(MADV_NOHUGEPAGE)");
	return (struct memory){ .words = start, .pages = pages };
}

struct memory memory_map_aligned(uint64_t pages)
{
	uint64_t length = pages * PAGE_BYTES;

	char *start = mmap(NULL, length + HUGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (start == MAP_FAILED)
		fail_errno("mmap of %llu pages", (unsigned long long)pages);
	uint64_t before = (HUGE_BYTES - (uintptr_t)start % HUGE_BYTES) % HUGE_BYTES;
	if (before > 0)
		munmap(start, before);
	munmap(start + before + length, HUGE_BYTES - before);
	return (struct memory){ .words = (uint64_t *)(void *)(start + before), .pages = pages };
}

void memory_bind(struct memory memory, uint64_t node)
{
	struct node_set only = nodes_only(node);

	if (syscall(SYS_mbind, memory.words, memory.pages * PAGE_BYTES, MODE_BIND, only.bits, (unsigned long)MAX_NODES, 0) != 0)
		fail_errno("mbind of the pages to node %llu", (unsigned long long)node);
}

void memory_unbind(struct memory memory)
{
	if (syscall(SYS_mbind, memory.words, memory.pages * PAGE_BYTES, MODE_DEFAULT, NULL, 0ul, 0) != 0)
		fail_errno("mbind back to the default policy");
}

void memory_fill(struct memory memory, uint64_t seed, uint64_t from)
{
	for (uint64_t page = 0; page < memory.pages; page++)
		memory.words[page * PAGE_WORDS] = first_word(seed, from + page);
}

uint64_t memory_on_node(struct memory memory, uint64_t node)
{
	enum { AT_ONCE = 256 };
	void *addresses[AT_ONCE];
	int status[AT_ONCE];
	uint64_t there = 0;

	for (uint64_t done = 0; done < memory.pages;) {
		uint64_t left = memory.pages - done;
		uint64_t count = left < AT_ONCE ? left : AT_ONCE;

		for (uint64_t i = 0; i < count; i++)
			addresses[i] = memory.words + (done + i) * PAGE_WORDS;
		/* without target nodes the call moves nothing and tells where each page is, or a negative errno */
		if (syscall(SYS_move_pages, 0, (unsigned long)count, addresses, NULL, status, 0) != 0)
			fail_errno("move_pages cannot tell where the pages are");
		for (uint64_t i = 0; i < count; i++)
			there += status[i] == (int)node;
		done += count;
	}
	return there;
}

uint64_t memory_checksum(struct memory memory, uint64_t sum)
{
	for (uint64_t page = 0; page < memory.pages; page++)
		sum = stream_mix(sum ^ memory.words[page * PAGE_WORDS]);
	return sum;
}

_Noreturn void memory_corrupted(uint64_t page, uint64_t read, uint64_t expected)
{
	fail(EXIT_BROKEN, "page %llu holds %016llx where %016llx was written: memory was corrupted", (unsigned long long)page,
	     (unsigned long long)read, (unsigned long long)expected);
}

void memory_unmap(struct memory memory)
{
	munmap(memory.words, memory.pages * PAGE_BYTES);
}
