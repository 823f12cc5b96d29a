/* The command line. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

struct options {
	uint64_t pages;   /* 4 KiB pages of the mapping, 1 to 2^32 */
	uint64_t rounds;  /* migrate_pages(2) calls in the measured part */
	uint64_t threads; /* touching threads; 0 leaves the memory alone while it moves */
	uint64_t seed;
	uint64_t from;    /* node the pages start on */
	uint64_t to;      /* node of the first round */
	uint64_t trace;   /* page indexes to print per thread instead of a run; 0 for a run */
	bool write;       /* a touch also writes */
	bool spread;      /* main and threads are each bound to one CPU */
	bool handshake;
};

/* The options of a command line; leaves with EXIT_USAGE and one line when it cannot be taken. */
struct options options_parse(int count, char **arguments);

#endif
