/* The threads that touch the two parts. */
#ifndef TOUCH_H
#define TOUCH_H

#include "parts.h"

struct touchers;

/* Creates the threads and returns when all of them wait to be let go. */
struct touchers *touch_create(const struct options *options, struct parts parts);

/*
 * Lets them go for the options' seconds and passes, whichever take longer, and until the hot part is where it should be or the longest time is
 * over; returns when all of them wait again.
 */
void touch_run(struct touchers *touchers);

/* Touches so far, of the hot and of the cold part. */
uint64_t touch_count_hot(const struct touchers *touchers);
uint64_t touch_count_cold(const struct touchers *touchers);

/* Ends the threads, waits for them, and frees everything. */
void touch_destroy(struct touchers *touchers);

#endif
