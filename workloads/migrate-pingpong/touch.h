/* The threads that keep touching the mapping. */
#ifndef TOUCH_H
#define TOUCH_H

#include "memory.h"
#include "options.h"

struct touchers;

/* Binds the calling thread to the first allowed CPU, when the options ask for it. */
void touch_bind_main(const struct options *options);

/* Starts the threads and returns when each has made its warm-up touches. They go on until touch_stop. */
struct touchers *touch_start(const struct options *options, struct memory memory);

/* Touches made by all threads so far. */
uint64_t touch_count(const struct touchers *touchers);

/* Ends the threads, waits for them, and frees everything. */
void touch_stop(struct touchers *touchers);

/* Makes the first touches of each thread, one thread after the other, and prints "thread page" for each. */
void touch_trace(const struct options *options, struct memory memory);

#endif
