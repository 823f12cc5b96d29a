/* The command line. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

struct options {
	uint64_t processes; /* each with a model of its own */
	uint64_t threads;   /* of each process */
	uint64_t pages;     /* 4 KiB pages of each model's file */
	uint64_t layers;
	uint64_t tokens;    /* to decode, one pass over the model each */
	const char *dir;    /* where the models are kept */
	uint64_t seed;      /* of the tokens */
	bool handshake;
};

/* The options of a command line; leaves with EXIT_USAGE and one line when it cannot be taken. */
struct options options_parse(int count, char **arguments);

#endif
