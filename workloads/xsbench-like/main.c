/*
 * xsbench-like: threads look up random entries of one sorted table that is written once and then only read. README.md beside this file says
 * what is measured and how.
 */
#include "crew.h"
#include "fail.h"
#include "handshake.h"
#include "options.h"
#include "touching.h"

#include <inttypes.h>
#include <stdio.h>

struct job {
	const struct options *options;
	struct memory memory;
};

/* Called with the page of each touch of a lookup when it has been made. */
typedef void touched(uint64_t thread, uint64_t page);

/*
 * The next lookup of a thread: the middle of a range of pages, of the half that holds the target, and so on, and last the target. A range's
 * length does not depend on the target, so that every lookup takes as many touches.
 */
static inline void look_up(const struct job *job, uint64_t thread, uint64_t *state, touched *then)
{
	const struct options *options = job->options;
	uint64_t target = hot_page(options->hot, stream_draw(state), options->pages);
	uint64_t low = 0;

	for (uint64_t length = options->pages; length > 1;) {
		uint64_t half = length / 2;

		touch_read(job->memory, low + half, options->seed, 0);
		if (then != NULL)
			then(thread, low + half);
		if (target >= low + half)
			low += half;
		length -= half;
	}
	touch_read(job->memory, target, options->seed, 0);
	if (then != NULL)
		then(thread, target);
}

static void work(uint64_t thread, void *shared)
{
	const struct job *job = shared;
	uint64_t state = stream_start(job->options->seed, thread);

	for (uint64_t i = 0; i < job->options->lookups; i++)
		look_up(job, thread, &state, NULL);
}

static void print_touch(uint64_t thread, uint64_t page)
{
	printf("%" PRIu64 " %" PRIu64 "\n", thread, page);
}

static void trace(const struct job *job)
{
	for (uint64_t thread = 0; thread < job->options->threads; thread++) {
		uint64_t state = stream_start(job->options->seed, thread);

		for (uint64_t i = 0; i < job->options->trace; i++)
			look_up(job, thread, &state, print_touch);
	}
	handshake_flush();
}

static void run(struct job *job)
{
	const struct options *options = job->options;
	uint64_t lookups = options->threads * options->lookups;
	/* Taken before the window, since it touches every page; compared with what is there after it. */
	uint64_t sum = memory_checksum(job->memory, 0);
	struct crew *crew = crew_create(options->threads, 0, work, job);

	if (options->handshake)
		handshake_await_go();
	double elapsed = crew_run(crew);
	printf("{\"workload\":\"xsbench-like\",\"checksum\":\"%016" PRIx64 "\",\"metrics\":{\"elapsed\":%.9f,\"lookups\":%" PRIu64
	       ",\"lookups_per_second\":%.3f,\"pages\":%" PRIu64 "}}\n",
	       sum, elapsed, lookups, (double)lookups / elapsed, options->pages);
	handshake_flush();
	if (options->handshake)
		handshake_await_end();
	crew_destroy(crew);
	if (memory_checksum(job->memory, 0) != sum)
		fail(EXIT_BROKEN, "the pages do not hold what was written: memory was corrupted");
}

int main(int count, char **arguments)
{
	struct options options = options_parse(count, arguments);

	struct job job = { .options = &options, .memory = placement_filled(&options.placement, options.pages, options.seed) };
	if (options.trace > 0)
		trace(&job);
	else
		run(&job);
	memory_unmap(job.memory);
	return 0;
}
