/* Options that every workload has which is no experiment on placement itself: how large, where, in which pages, on which CPUs. */
#ifndef PLACEMENT_H
#define PLACEMENT_H

#include "memory.h"

#include <stdbool.h>

enum huge {
	HUGE_NEVER,  /* advised against */
	HUGE_ADVISE, /* advised */
	HUGE_SYSTEM, /* as /sys/kernel/mm/transparent_hugepage/enabled says */
};

#define ANY_NODE UINT64_MAX

struct placement {
	uint64_t share;    /* percent of the memory of share_of that replaces the number of pages; 0 for none */
	uint64_t share_of; /* a node, or ANY_NODE for all this process may use */
	uint64_t node;     /* where the memory starts, or ANY_NODE for where the kernel puts it */
	enum huge huge;
};

/* What a workload takes; it names the options of each in its complaint about others. */
enum placement_kind { PLACE_NODE = 1, PLACE_HUGE = 2 };

#define SHARE_OPTIONS "--share= --share-of= --cpus= "
#define NODE_OPTION "--node="
#define HUGE_OPTION "--huge="

/* The defaults: no share, no node, no huge pages. */
struct placement placement_default(void);

/*
 * Takes the argument when it is one of --share=, --share-of=, --cpus= or those of the given kinds; false when it is another one. --cpus=
 * binds this process at once, and threads that crew_create starts one each. Leaves with EXIT_USAGE when the value cannot be taken.
 */
bool placement_take(struct placement *placement, const char *argument, unsigned kinds);

/* The pages of one of so many equal parts: of the share, or as given where there is none. Leaves unless there are 1 to most of them. */
uint64_t placement_pages(const struct placement *placement, uint64_t given, uint64_t parts, uint64_t most);

/* Leaves with EXIT_CANNOT unless so many pages have room where they are to start. */
void placement_check_room(const struct placement *placement, uint64_t pages);

/* Memory of that size, filled from its first page on (memory_fill), on its node; from then on free to move. */
struct memory placement_filled(const struct placement *placement, uint64_t pages, uint64_t seed);

/* Lets what this process and its threads fault in from now on come from the node first: pages of files have no policy of their own. */
void placement_prefer(const struct placement *placement);

#endif
