/* The mapping that travels, and the nodes it travels between. No libnuma: the calls are made directly. */
#ifndef MEMORY_H
#define MEMORY_H

#include "options.h"

#define PAGE_BYTES 4096u
#define PAGE_WORDS (PAGE_BYTES / sizeof(uint64_t))

/* The words of page i begin at memory[i * PAGE_WORDS]. */
struct memory {
	uint64_t *words;
	uint64_t pages;
};

/* Leaves with EXIT_CANNOT unless this process may use both nodes and they have room for the pages. */
void memory_check_nodes(const struct options *options);

/* Maps the pages without huge pages, faults all of them in on one node, then drops the policy so that they may move. */
struct memory memory_set_up(const struct options *options);

void memory_tear_down(struct memory memory);

/* Moves every page of this process from one node to the other. Returns how many pages the kernel says stayed behind. */
uint64_t memory_migrate(uint64_t from, uint64_t to);

/* How many pages of the mapping are not on the node. */
uint64_t memory_misplaced(struct memory memory, uint64_t node);

/* One number over the first words in page order: h = 0; for each word h = stream_mix(h ^ word). */
uint64_t memory_checksum(struct memory memory);

#endif
