/* Which pages of its file a thread reads in a layer, and how the threads wait for one another at a layer's end. */
#ifndef LAYERS_H
#define LAYERS_H

#include "options.h"

#include <stdatomic.h>

/* The first page of a thread's part of a layer; it ends where that of thread + 1 begins. */
static inline uint64_t part_start(const struct options *options, uint64_t layer, uint64_t thread)
{
	uint64_t start = layer * options->pages / options->layers;
	uint64_t end = (layer + 1) * options->pages / options->layers;

	return start + (end - start) * thread / options->threads;
}

/*
 * Inference threads spin at their barriers rather than sleep, so their CPUs stay in the process's address space: a sleeping thread's CPU
 * would go lazy and be spared the interrupts that are to be measured.
 */
struct layer_end {
	_Alignas(128) _Atomic uint64_t arrived;
	_Alignas(128) _Atomic uint64_t passed;
};

/* Returns when as many threads have called it as there are. */
void layer_end_wait(struct layer_end *end, uint64_t threads);

#endif
