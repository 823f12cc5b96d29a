#include "touch.h"

#include "cpus.h"
#include "fail.h"
#include "touching.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define WARM_TOUCHES 512 /* assumed: enough for a thread's TLB entries and caches to be in use before the first round */

/* One thread; on lines of its own, since it counts there at every touch. */
struct toucher {
	_Alignas(128) struct touchers *all;
	pthread_t thread;
	uint64_t number;
	_Atomic uint64_t touches;
};

struct touchers {
	const struct options *options;
	struct memory memory;
	sem_t warm;
	atomic_bool stop;
	uint64_t count;
	struct toucher *each;
};

void touch_bind_main(const struct options *options)
{
	if (!options->spread)
		return;
	cpus_note_allowed();
	cpus_bind(0);
}

/* One touch: reads and checks the first word and, when asked, writes the thread's own word. */
static void touch(const struct options *options, struct memory memory, uint64_t page, uint64_t own, uint64_t value)
{
	touch_read(memory, page, options->seed, 0);
	if (options->write)
		touch_write(memory, page, own, value);
}

static void *run(void *argument)
{
	struct toucher *self = argument;
	struct touchers *all = self->all;
	uint64_t state = stream_start(all->options->seed, self->number);
	uint64_t own = own_word(self->number);

	if (all->options->spread)
		cpus_bind(self->number + 1);
	for (uint64_t touches = 1; !atomic_load_explicit(&all->stop, memory_order_relaxed); touches++) {
		touch(all->options, all->memory, stream_page(&state, all->memory.pages), own, touches);
		atomic_store_explicit(&self->touches, touches, memory_order_relaxed);
		if (touches == WARM_TOUCHES)
			sem_post(&all->warm);
	}
	return NULL;
}

struct touchers *touch_start(const struct options *options, struct memory memory)
{
	struct touchers *all = calloc(1, sizeof(*all));

	if (all == NULL)
		fail_errno("memory for the threads");
	all->options = options;
	all->memory = memory;
	all->count = options->threads;
	if (sem_init(&all->warm, 0, 0) != 0)
		fail_errno("sem_init");
	if (all->count == 0)
		return all;
	all->each = aligned_alloc(_Alignof(struct toucher), all->count * sizeof(*all->each));
	if (all->each == NULL)
		fail_errno("memory for the threads");
	for (uint64_t i = 0; i < all->count; i++) {
		all->each[i] = (struct toucher){ .all = all, .number = i };
		errno = pthread_create(&all->each[i].thread, NULL, run, &all->each[i]);
		if (errno != 0)
			fail_errno("starting thread %u", (unsigned)i);
	}
	for (uint64_t i = 0; i < all->count; i++) {
		while (sem_wait(&all->warm) != 0) {
			if (errno != EINTR)
				fail_errno("sem_wait");
		}
	}
	return all;
}

uint64_t touch_count(const struct touchers *touchers)
{
	uint64_t sum = 0;

	for (uint64_t i = 0; i < touchers->count; i++)
		sum += atomic_load_explicit(&touchers->each[i].touches, memory_order_relaxed);
	return sum;
}

void touch_stop(struct touchers *touchers)
{
	atomic_store_explicit(&touchers->stop, true, memory_order_relaxed);
	for (uint64_t i = 0; i < touchers->count; i++)
		pthread_join(touchers->each[i].thread, NULL);
	sem_destroy(&touchers->warm);
	free(touchers->each);
	free(touchers);
}

void touch_trace(const struct options *options, struct memory memory)
{
	for (uint64_t thread = 0; thread < options->threads; thread++) {
		uint64_t state = stream_start(options->seed, thread);

		for (uint64_t i = 1; i <= options->trace; i++) {
			uint64_t page = stream_page(&state, memory.pages);
			touch(options, memory, page, own_word(thread), i);
			printf("%llu %llu\n", (unsigned long long)thread, (unsigned long long)page);
		}
	}
}
