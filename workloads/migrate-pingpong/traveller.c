#include "traveller.h"

#include "fail.h"
#include "nodes.h"

#include <sys/syscall.h>
#include <unistd.h>

void traveller_check_nodes(const struct options *options)
{
	nodes_check(options->from);
	nodes_check_room(options->from, options->pages);
	if (options->rounds > 0 && options->trace == 0) {
		nodes_check(options->to);
		nodes_check_room(options->to, options->pages);
	}
}

struct memory traveller_set_up(const struct options *options)
{
	struct memory memory = memory_map(options->pages);

	memory_bind(memory, options->from);
	memory_fill(memory, options->seed, 0);
	memory_unbind(memory);
	return memory;
}

uint64_t traveller_migrate(uint64_t from, uint64_t to)
{
	struct node_set old_nodes = nodes_only(from);
	struct node_set new_nodes = nodes_only(to);

	long left = syscall(SYS_migrate_pages, 0, (unsigned long)MAX_NODES, old_nodes.bits, new_nodes.bits);
	if (left < 0)
		fail_errno("migrate_pages from node %llu to node %llu", (unsigned long long)from, (unsigned long long)to);
	return (uint64_t)left;
}
