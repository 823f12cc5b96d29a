#include "memory.h"

#include "fail.h"
#include "stream.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* From the kernel's user interface (linux/mempolicy.h), which need not be installed where this is built. */
enum { MODE_DEFAULT = 0, MODE_BIND = 2, QUERY_ALLOWED_NODES = 1 << 2 };

#define WORD_BITS (8 * sizeof(unsigned long))

struct node_set {
	unsigned long bits[MAX_NODES / WORD_BITS];
};

static struct node_set only(uint64_t node)
{
	struct node_set set = { { 0 } };

	set.bits[node / WORD_BITS] |= 1ul << (node % WORD_BITS);
	return set;
}

static int contains(const struct node_set *set, uint64_t node)
{
	return (set->bits[node / WORD_BITS] >> (node % WORD_BITS)) & 1;
}

static void check_allowed(const struct node_set *allowed, uint64_t node)
{
	char list[128] = "";
	size_t used = 0;

	if (contains(allowed, node))
		return;
	for (uint64_t other = 0; other < MAX_NODES && used < sizeof(list) - 8; other++) {
		if (contains(allowed, other))
			used += (size_t)snprintf(list + used, sizeof(list) - used, " %u", (unsigned)other);
	}
	fail(EXIT_CANNOT, "node %llu has no memory this process may use (usable nodes:%s); moving pages needs two",
	     (unsigned long long)node, list);
}

/*
 * Faulting in more than a bound node can hold wakes the OOM killer, which may well pick somebody else's process: so the
 * node's free and file memory is looked at first. Without sysfs there is nothing to look at and the check is left out.
 */
static void check_room(uint64_t node, uint64_t pages)
{
	char path[64];
	char line[128];
	uint64_t room = 0;

	snprintf(path, sizeof(path), "/sys/devices/system/node/node%u/meminfo", (unsigned)node);
	FILE *file = fopen(path, "re");
	if (file == NULL)
		return;
	while (fgets(line, sizeof(line), file) != NULL) {
		char name[32];
		unsigned long long kib;
		if (sscanf(line, "Node %*u %31[^:]: %llu kB", name, &kib) == 2
		    && (strcmp(name, "MemFree") == 0 || strcmp(name, "Active(file)") == 0 || strcmp(name, "Inactive(file)") == 0))
			room += kib;
	}
	fclose(file);
	if (pages * (PAGE_BYTES / 1024) > room) {
		errno = ENOMEM;
		fail_errno("%llu pages are %llu KiB, node %llu has room for %llu KiB", (unsigned long long)pages,
			   (unsigned long long)pages * (PAGE_BYTES / 1024), (unsigned long long)node, (unsigned long long)room);
	}
}

void memory_check_nodes(const struct options *options)
{
	struct node_set allowed = { { 0 } };

	if (sysconf(_SC_PAGESIZE) != PAGE_BYTES)
		fail(EXIT_CANNOT, "this kernel's pages are %ld bytes; 4096 are needed", sysconf(_SC_PAGESIZE));
	if (syscall(SYS_get_mempolicy, NULL, allowed.bits, (unsigned long)MAX_NODES, NULL, QUERY_ALLOWED_NODES) != 0)
		fail_errno("get_mempolicy cannot tell the allowed nodes");
	check_allowed(&allowed, options->from);
	check_room(options->from, options->pages);
	if (options->rounds > 0 && options->trace == 0) {
		check_allowed(&allowed, options->to);
		check_room(options->to, options->pages);
	}
}

struct memory memory_set_up(const struct options *options)
{
	size_t length = options->pages * PAGE_BYTES;
	struct node_set node = only(options->from);
	struct memory memory = { .pages = options->pages };

	void *start = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (start == MAP_FAILED)
		fail_errno("mmap of %llu pages", (unsigned long long)options->pages);
	/* EINVAL: a kernel without huge pages, which is as good */
	if (madvise(start, length, MADV_NOHUGEPAGE) != 0 && errno != EINVAL)
		fail_errno("madvise(MADV_NOHUGEPAGE)");
	if (syscall(SYS_mbind, start, length, MODE_BIND, node.bits, (unsigned long)MAX_NODES, 0) != 0)
		fail_errno("mbind of the pages to node %llu", (unsigned long long)options->from);
	memory.words = start;
	for (uint64_t page = 0; page < memory.pages; page++)
		memory.words[page * PAGE_WORDS] = first_word(options->seed, page);
	if (syscall(SYS_mbind, start, length, MODE_DEFAULT, NULL, 0ul, 0) != 0)
		fail_errno("mbind back to the default policy");
	return memory;
}

void memory_tear_down(struct memory memory)
{
	munmap(memory.words, memory.pages * PAGE_BYTES);
}

uint64_t memory_migrate(uint64_t from, uint64_t to)
{
	struct node_set old_nodes = only(from);
	struct node_set new_nodes = only(to);

	long left = syscall(SYS_migrate_pages, 0, (unsigned long)MAX_NODES, old_nodes.bits, new_nodes.bits);
	if (left < 0)
		fail_errno("migrate_pages from node %llu to node %llu", (unsigned long long)from, (unsigned long long)to);
	return (uint64_t)left;
}

uint64_t memory_misplaced(struct memory memory, uint64_t node)
{
	enum { AT_ONCE = 256 };
	void *addresses[AT_ONCE];
	int status[AT_ONCE];
	uint64_t misplaced = 0;

	for (uint64_t done = 0; done < memory.pages;) {
		uint64_t left = memory.pages - done;
		uint64_t count = left < AT_ONCE ? left : AT_ONCE;

		for (uint64_t i = 0; i < count; i++)
			addresses[i] = memory.words + (done + i) * PAGE_WORDS;
		/* without target nodes the call moves nothing and tells where each page is, or a negative errno */
		if (syscall(SYS_move_pages, 0, (unsigned long)count, addresses, NULL, status, 0) != 0)
			fail_errno("move_pages cannot tell where the pages are");
		for (uint64_t i = 0; i < count; i++)
			misplaced += status[i] != (int)node;
		done += count;
	}
	return misplaced;
}

uint64_t memory_checksum(struct memory memory)
{
	uint64_t sum = 0;

	for (uint64_t page = 0; page < memory.pages; page++)
		sum = stream_mix(sum ^ memory.words[page * PAGE_WORDS]);
	return sum;
}
