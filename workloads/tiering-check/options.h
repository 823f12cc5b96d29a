/* The command line. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#define MAX_THREADS 512u /* assumed: as many as a check keeps busy */

struct options {
	uint64_t hot;     /* bytes of the hot part, which begins on the slow node */
	uint64_t cold;    /* bytes of the cold part */
	uint64_t threads; /* touching threads */
	uint64_t every;   /* one touch in so many goes to the cold part */
	uint64_t seconds; /* shortest length of the measured part */
	uint64_t longest; /* seconds after which it ends even if the hot part has not moved */
	uint64_t reach;   /* percent of the hot part on the fast node that let it end before */
	uint64_t passes;  /* fewest touches of the hot part, in passes of as many touches as it has pages */
	uint64_t seed;
	uint64_t fast;    /* node that the hot part should reach */
	uint64_t slow;    /* node that it begins on */
	bool handshake;
};

/* The options of a command line; leaves with EXIT_USAGE and one line when it cannot be taken. */
struct options options_parse(int count, char **arguments);

#endif
