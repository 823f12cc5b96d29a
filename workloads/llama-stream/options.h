/* The command line. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "placement.h"

#include <stdbool.h>
#include <stdint.h>

struct options {
	uint64_t processes; /* each with a file of its own */
	uint64_t threads;   /* of each process */
	uint64_t pages;     /* 4 KiB pages of each file */
	uint64_t layers;    /* equal parts of a file, at most as many as pages */
	uint64_t tokens;    /* passes over the file */
	const char *dir;    /* where the files are made */
	uint64_t seed;
	uint64_t trace;     /* touches to print per thread instead of a run; 0 for a run */
	struct placement placement;
	bool model;         /* the file is a model as llama-real runs it */
	bool handshake;
};

/* The options of a command line; leaves with EXIT_USAGE and one line when it cannot be taken. */
struct options options_parse(int count, char **arguments);

#endif
