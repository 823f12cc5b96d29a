/*
 * Processes that do the same work, each a child of the program and spoken to over two pipes: they prepare one after the other, work at the same
 * time, and tear down outside the measured part.
 */
#ifndef PROCESSES_H
#define PROCESSES_H

#include <stdbool.h>
#include <stdint.h>

#define PROCESS_TIMES 2

/* What a process's work gave. */
struct process_work {
	uint64_t sum;                /* of what it read or computed */
	double times[PROCESS_TIMES]; /* of the work's own, in milliseconds; 0 where it has none */
};

/* A kind of process. Each function is called in the process itself, with its number from 0. */
struct process_kind {
	void (*prepare)(uint64_t number, void *shared);
	void (*work)(uint64_t number, void *shared, struct process_work *done); /* `done` is all 0 before */
	void (*leave)(uint64_t number, void *shared);
};

/* What all processes together gave. */
struct processes_work {
	uint64_t checksum;           /* h = mix(h ^ sum) over the processes' sums, by number */
	uint64_t minor_faults;       /* of the work, by getrusage */
	uint64_t major_faults;
	double times[PROCESS_TIMES]; /* sums */
	double elapsed;              /* seconds from letting them go to the last one's end */
};

struct processes;

/*
 * Starts the processes and returns when all have done their work; `all` is all 0 before. With a handshake "ready" is said when all are
 * prepared, and "go" awaited. Leaves with the exit status of a process that fails.
 */
struct processes *processes_run(const struct process_kind *kind, uint64_t count, void *shared, bool handshake, struct processes_work *all);

/* Lets them leave and waits for them. */
void processes_end(struct processes *processes);

#endif
