/* The command line. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "placement.h"

#include <stdbool.h>
#include <stdint.h>

struct options {
	uint64_t pages;      /* 4 KiB pages of the mapping, 1 to 2^32 */
	uint64_t threads;
	uint64_t iterations; /* of each thread */
	uint64_t touches;    /* of each thread in one iteration */
	uint64_t delay;      /* microseconds that a thread sleeps after an iteration */
	uint64_t seed;
	uint64_t trace;      /* touches to print per thread instead of a run; 0 for a run */
	struct placement placement;
	bool handshake;
};

/* The options of a command line; leaves with EXIT_USAGE and one line when it cannot be taken. */
struct options options_parse(int count, char **arguments);

#endif
