#include "nodes.h"

#include "fail.h"
#include "memory.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* From the kernel's user interface (linux/mempolicy.h), which need not be installed where this is built. */
enum { QUERY_ALLOWED_NODES = 1 << 2 };

struct node_set nodes_only(uint64_t node)
{
	struct node_set set = { { 0 } };

	set.bits[node / NODE_WORD_BITS] |= 1ul << (node % NODE_WORD_BITS);
	return set;
}

static int contains(const struct node_set *set, uint64_t node)
{
	return (set->bits[node / NODE_WORD_BITS] >> (node % NODE_WORD_BITS)) & 1;
}

/* The nodes whose memory this process may use; leaves with EXIT_CANNOT unless pages are 4 KiB. */
static struct node_set nodes_allowed(void)
{
	struct node_set allowed = { { 0 } };

	if (sysconf(_SC_PAGESIZE) != PAGE_BYTES)
		fail(EXIT_CANNOT, "this kernel's pages are %ld bytes; 4096 are needed", sysconf(_SC_PAGESIZE));
	if (syscall(SYS_get_mempolicy, NULL, allowed.bits, (unsigned long)MAX_NODES, NULL, QUERY_ALLOWED_NODES) != 0)
		fail_errno("get_mempolicy cannot tell the allowed nodes");
	return allowed;
}

void nodes_check(uint64_t node)
{
	struct node_set allowed = nodes_allowed();
	char list[128] = "";
	size_t used = 0;

	if (contains(&allowed, node))
		return;
	for (uint64_t other = 0; other < MAX_NODES && used < sizeof(list) - 8; other++) {
		if (contains(&allowed, other))
			used += (size_t)snprintf(list + used, sizeof(list) - used, " %u", (unsigned)other);
	}
	fail(EXIT_CANNOT, "node %llu has no memory this process may use (usable nodes:%s); give one of those",
	     (unsigned long long)node, list);
}

/* Pages that the node's meminfo has in those rows; UINT64_MAX where sysfs does not say. */
static uint64_t rows_of(uint64_t node, const char *const *rows, size_t count)
{
	char path[64];
	char line[128];
	uint64_t pages = 0;

	snprintf(path, sizeof(path), "/sys/devices/system/node/node%u/meminfo", (unsigned)node);
	FILE *file = fopen(path, "re");
	if (file == NULL)
		return UINT64_MAX;
	while (fgets(line, sizeof(line), file) != NULL) {
		char name[32];
		unsigned long long kib;
		if (sscanf(line, "Node %*u %31[^:]: %llu kB", name, &kib) != 2)
			continue;
		for (size_t row = 0; row < count; row++)
			pages += strcmp(name, rows[row]) == 0 ? kib / (PAGE_BYTES / 1024) : 0;
	}
	fclose(file);
	return pages;
}

uint64_t nodes_room(uint64_t node)
{
	static const char *const rows[] = { "MemFree", "Active(file)", "Inactive(file)" };

	return rows_of(node, rows, sizeof(rows) / sizeof(*rows));
}

uint64_t nodes_size(uint64_t node)
{
	static const char *const rows[] = { "MemTotal" };

	nodes_check(node);
	uint64_t pages = rows_of(node, rows, 1);
	if (pages == UINT64_MAX)
		fail_errno("sysfs cannot tell the size of node %llu", (unsigned long long)node);
	return pages;
}

uint64_t nodes_size_together(void)
{
	struct node_set allowed = nodes_allowed();
	uint64_t pages = 0;

	for (uint64_t node = 0; node < MAX_NODES; node++)
		pages += contains(&allowed, node) ? nodes_size(node) : 0;
	return pages;
}

void nodes_check_room(uint64_t node, uint64_t pages)
{
	uint64_t room = nodes_room(node);

	if (pages <= room)
		return;
	errno = ENOMEM;
	fail_errno("%llu pages are wanted on node %llu, which has room for %llu", (unsigned long long)pages, (unsigned long long)node,
		   (unsigned long long)room);
}

void nodes_check_room_anywhere(uint64_t pages)
{
	struct node_set allowed = nodes_allowed();
	uint64_t room = 0;

	for (uint64_t node = 0; node < MAX_NODES; node++) {
		if (!contains(&allowed, node))
			continue;
		uint64_t more = nodes_room(node);
		if (more >= pages || room + more >= pages)
			return;
		room += more;
	}
	errno = ENOMEM;
	fail_errno("%llu pages are wanted; the nodes this process may use have room for %llu", (unsigned long long)pages, (unsigned long long)room);
}
