/* The two parts of the memory: the hot one, which begins on the slow node, and the cold one, which fills the fast node. */
#ifndef PARTS_H
#define PARTS_H

#include "memory.h"
#include "options.h"

struct parts {
	struct memory hot;
	struct memory cold;
};

/* Leaves with EXIT_CANNOT unless this process may use both nodes and they have room for the parts. */
void parts_check_nodes(const struct options *options);

/*
 * Faults both parts in: the hot one bound to the slow node, the cold one wherever the kernel puts it (fast node first). Afterwards neither
 * has a policy: NUMA balancing passes over a mapping with one that does not ask for it.
 */
struct parts parts_set_up(const struct options *options);

void parts_unmap(struct parts parts);

#endif
