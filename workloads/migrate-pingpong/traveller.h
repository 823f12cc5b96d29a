/* The mapping that travels between two nodes. */
#ifndef TRAVELLER_H
#define TRAVELLER_H

#include "memory.h"
#include "options.h"

/* Leaves with EXIT_CANNOT unless this process may use both nodes and they have room for the pages. */
void traveller_check_nodes(const struct options *options);

/* Maps the pages, faults all of them in on one node, then drops the policy so that they may move. */
struct memory traveller_set_up(const struct options *options);

/* Moves every page of this process from one node to the other. Returns how many pages the kernel says stayed behind. */
uint64_t traveller_migrate(uint64_t from, uint64_t to);

#endif
