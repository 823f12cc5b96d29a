/* The processes that stream, each a child of the program, spoken to over two pipes. */
#ifndef PROCESS_H
#define PROCESS_H

#include "options.h"

#include <sys/types.h>

/* What a process says when it has made its passes. */
struct streamed {
	uint64_t sum;          /* of all words read */
	uint64_t minor_faults; /* of the passes, by getrusage */
	uint64_t major_faults;
};

struct process {
	pid_t id;
	int go;      /* a byte lets it begin, another lets it leave */
	int answers; /* a byte when it is ready, then struct streamed */
};

/* Starts the process of that number; it dies with its parent. */
struct process process_start(const struct options *options, uint64_t number);

/* Returns when it has made its file and its threads wait; leaves with its exit status when it fails. */
void process_await_ready(struct process process);

/* Lets it begin. */
void process_go(struct process process);

/* Returns when it has made its passes; leaves with its exit status when it fails. */
struct streamed process_await_end(struct process process);

/* Lets it end and waits for it. */
void process_end(struct process process);

#endif
