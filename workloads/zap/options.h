/* The command line. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "placement.h"

#include <stdbool.h>
#include <stdint.h>

#define MAX_ORDER 9u /* published: 2 MiB, the size of what one page-table page maps */

struct options {
	uint64_t pages; /* 4 KiB pages of the mapping, a multiple of a folio's */
	uint64_t order; /* folios have 2^order pages */
	uint64_t seed;
	uint64_t trace; /* touches of the filling to print instead of a run; 0 for a run */
	struct placement placement;
	bool handshake;
};

/* The options of a command line; leaves with EXIT_USAGE and one line when it cannot be taken. */
struct options options_parse(int count, char **arguments);

#endif
