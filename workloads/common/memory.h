/* An anonymous mapping of 4 KiB pages whose first words are known. */
#ifndef MEMORY_H
#define MEMORY_H

#include <stdint.h>

#define PAGE_BYTES 4096u
#define HUGE_BYTES (UINT64_C(512) * PAGE_BYTES) /* published: 2 MiB, what one page-table page maps */
#define PAGE_WORDS (PAGE_BYTES / sizeof(uint64_t))

/* The words of page i begin at words[i * PAGE_WORDS]. */
struct memory {
	uint64_t *words;
	uint64_t pages;
};

/* Maps the pages without huge pages; none is there yet. */
struct memory memory_map(uint64_t pages);

/* Maps the pages at a multiple of 2 MiB, where a huge page fits, and leaves it to the caller which pages are used. */
struct memory memory_map_aligned(uint64_t pages);

/* Until memory_unbind, the pages may only lie on that node. */
void memory_bind(struct memory memory, uint64_t node);

/* Back to the default policy: the kernel may place and move the pages as it likes, and NUMA balancing looks at them. */
void memory_unbind(struct memory memory);

/* Faults every page in: page i gets the first word of page number (from + i) of the seed. */
void memory_fill(struct memory memory, uint64_t seed, uint64_t from);

/* How many pages of the mapping are on the node. */
uint64_t memory_on_node(struct memory memory, uint64_t node);

/* One number over the first words in page order: for each word sum = stream_mix(sum ^ word). */
uint64_t memory_checksum(struct memory memory, uint64_t sum);

/* Leaves with EXIT_BROKEN: a page does not hold what was written. */
_Noreturn void memory_corrupted(uint64_t page, uint64_t read, uint64_t expected);

void memory_unmap(struct memory memory);

#endif
