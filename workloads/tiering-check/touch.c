#include "touch.h"

#include "fail.h"
#include "touching.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

/* One thread; on lines of its own, since it counts there at every touch. */
struct toucher {
	_Alignas(128) struct touchers *all;
	pthread_t thread;
	uint64_t number;
	uint64_t hot;
	uint64_t cold;
};

struct touchers {
	const struct options *options;
	struct parts parts;
	pthread_barrier_t begin; /* the threads and the main one */
	pthread_barrier_t end;
	pthread_barrier_t leave;
	atomic_bool stop;
	uint64_t count;
	struct toucher *each;
};

/* The hot part in a seeded order; in between, page by page, this thread's share of the cold part. */
static void work(struct toucher *self)
{
	struct touchers *all = self->all;
	struct parts parts = all->parts;
	uint64_t state = stream_start(all->options->seed, self->number);
	uint64_t next = self->number % parts.cold.pages;
	/* Where the processor is slow or shared, time alone may pass with little done. */
	uint64_t least = all->options->passes * parts.hot.pages / all->count;

	for (uint64_t touches = 1; self->hot < least || !atomic_load_explicit(&all->stop, memory_order_relaxed); touches++) {
		if (touches % all->options->every != 0) {
			touch_read(parts.hot, stream_page(&state, parts.hot.pages), all->options->seed, 0);
			self->hot++;
		} else {
			touch_read(parts.cold, next, all->options->seed, parts.hot.pages);
			self->cold++;
			next = (next + all->count) % parts.cold.pages;
		}
	}
}

static void *run(void *argument)
{
	struct toucher *self = argument;

	pthread_barrier_wait(&self->all->begin);
	work(self);
	pthread_barrier_wait(&self->all->end);
	pthread_barrier_wait(&self->all->leave);
	return NULL;
}

struct touchers *touch_create(const struct options *options, struct parts parts)
{
	struct touchers *all = calloc(1, sizeof(*all));
	unsigned waiting = (unsigned)options->threads + 1;

	if (all == NULL)
		fail_errno("memory for the threads");
	all->options = options;
	all->parts = parts;
	all->count = options->threads;
	errno = pthread_barrier_init(&all->begin, NULL, waiting);
	if (errno == 0)
		errno = pthread_barrier_init(&all->end, NULL, waiting);
	if (errno == 0)
		errno = pthread_barrier_init(&all->leave, NULL, waiting);
	if (errno != 0)
		fail_errno("pthread_barrier_init");
	all->each = aligned_alloc(_Alignof(struct toucher), all->count * sizeof(*all->each));
	if (all->each == NULL)
		fail_errno("memory for the threads");
	for (uint64_t i = 0; i < all->count; i++) {
		all->each[i] = (struct toucher){ .all = all, .number = i };
		errno = pthread_create(&all->each[i].thread, NULL, run, &all->each[i]);
		if (errno != 0)
			fail_errno("starting thread %u", (unsigned)i);
	}
	return all;
}

/* Whether so much of the hot part is where it should be that the check need not go on. */
static bool reached(const struct touchers *touchers)
{
	const struct options *options = touchers->options;

	return memory_on_node(touchers->parts.hot, options->fast) * 100 >= touchers->parts.hot.pages * options->reach;
}

void touch_run(struct touchers *touchers)
{
	const struct options *options = touchers->options;
	struct timespec tick;

	pthread_barrier_wait(&touchers->begin);
	clock_gettime(CLOCK_MONOTONIC, &tick);
	for (uint64_t seconds = 0; seconds < options->seconds || (seconds < options->longest && !reached(touchers)); seconds++) {
		tick.tv_sec++;
		while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &tick, NULL) == EINTR)
			;
	}
	atomic_store_explicit(&touchers->stop, true, memory_order_relaxed);
	pthread_barrier_wait(&touchers->end);
}

uint64_t touch_count_hot(const struct touchers *touchers)
{
	uint64_t sum = 0;

	for (uint64_t i = 0; i < touchers->count; i++)
		sum += touchers->each[i].hot;
	return sum;
}

uint64_t touch_count_cold(const struct touchers *touchers)
{
	uint64_t sum = 0;

	for (uint64_t i = 0; i < touchers->count; i++)
		sum += touchers->each[i].cold;
	return sum;
}

void touch_destroy(struct touchers *touchers)
{
	pthread_barrier_wait(&touchers->leave);
	for (uint64_t i = 0; i < touchers->count; i++)
		pthread_join(touchers->each[i].thread, NULL);
	pthread_barrier_destroy(&touchers->begin);
	pthread_barrier_destroy(&touchers->end);
	pthread_barrier_destroy(&touchers->leave);
	free(touchers->each);
	free(touchers);
}
