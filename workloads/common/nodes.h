/* Memory nodes by number, and the mempolicy calls that take them. No libnuma: the calls are made directly. */
#ifndef NODES_H
#define NODES_H

#include <stdint.h>

#define MAX_NODES 1024 /* published: MAX_NUMNODES of the largest x86-64 configuration (NODES_SHIFT 10) */

#define NODE_WORD_BITS (8 * sizeof(unsigned long))

struct node_set {
	unsigned long bits[MAX_NODES / NODE_WORD_BITS];
};

/* The set of that one node. */
struct node_set nodes_only(uint64_t node);

/* Leaves with EXIT_CANNOT unless this process may use the node's memory and pages are 4 KiB. */
void nodes_check(uint64_t node);

/*
 * Pages that the node can take: its free and file memory, or UINT64_MAX where sysfs does not say. Faulting in more than a bound node
 * can hold wakes the OOM killer, which may well pick somebody else's process: so ask first.
 */
uint64_t nodes_room(uint64_t node);

/* All pages of the node; leaves with EXIT_CANNOT where this process may not use it or sysfs does not say. */
uint64_t nodes_size(uint64_t node);

/* The same of all nodes together that this process may use. */
uint64_t nodes_size_together(void);

/* Leaves with EXIT_CANNOT, naming errno ENOMEM, unless the node can take so many pages. */
void nodes_check_room(uint64_t node, uint64_t pages);

/* The same for all nodes together that this process may use; also unless pages are 4 KiB. */
void nodes_check_room_anywhere(uint64_t pages);

#endif
