/* The command line. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "hotset.h"
#include "placement.h"

#include <stdbool.h>
#include <stdint.h>

struct options {
	uint64_t pages;     /* 4 KiB pages of the mapping, 1 to 2^32 */
	uint64_t threads;
	uint64_t touches;   /* of each thread */
	struct hot_set hot;
	uint64_t writes;    /* percent of the touches that write */
	uint64_t seed;
	uint64_t trace;     /* touches to print per thread instead of a run; 0 for a run */
	struct placement placement;
	bool handshake;
};

/* The options of a command line; leaves with EXIT_USAGE and one line when it cannot be taken. */
struct options options_parse(int count, char **arguments);

#endif
