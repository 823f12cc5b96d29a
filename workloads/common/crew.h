/* Threads that begin their work together. Created and ended outside the measured part: starting and ending one maps and unmaps its stack. */
#ifndef CREW_H
#define CREW_H

#include <stdint.h>

/* A thread's work; threads are numbered from 0. */
typedef void crew_work(uint64_t thread, void *shared);

struct crew;

/* Creates the threads; where CPUs were listed (cpus.h), each bound to one, thread 0 to that at the place first_cpu. */
struct crew *crew_create(uint64_t threads, uint64_t first_cpu, crew_work *work, void *shared);

/* Lets all of them work and returns the seconds until the last one had done its work; then they wait. To be called once. */
double crew_run(struct crew *crew);

/* Ends the threads, waits for them, and frees everything. */
void crew_destroy(struct crew *crew);

#endif
