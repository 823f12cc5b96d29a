/*
 * abench: memory is allocated on one node and then free to move; threads read random pages of it, iteration after iteration. README.md
 * beside this file says what is measured and how.
 */
#include "crew.h"
#include "fail.h"
#include "handshake.h"
#include "options.h"
#include "touching.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

struct job {
	const struct options *options;
	struct memory memory;
};

/* The next touch of a thread; returns the page. */
static uint64_t touch_next(const struct job *job, uint64_t *state)
{
	uint64_t page = stream_page(state, job->memory.pages);

	touch_read(job->memory, page, job->options->seed, 0);
	return page;
}

static void work(uint64_t thread, void *shared)
{
	const struct job *job = shared;
	const struct options *options = job->options;
	const struct timespec delay = { .tv_sec = (time_t)(options->delay / 1000000), .tv_nsec = (long)(options->delay % 1000000 * 1000) };
	uint64_t state = stream_start(options->seed, thread);

	for (uint64_t iteration = 0; iteration < options->iterations; iteration++) {
		for (uint64_t i = 0; i < options->touches; i++)
			touch_next(job, &state);
		if (options->delay > 0)
			clock_nanosleep(CLOCK_MONOTONIC, 0, &delay, NULL);
	}
}

static void trace(const struct job *job)
{
	for (uint64_t thread = 0; thread < job->options->threads; thread++) {
		uint64_t state = stream_start(job->options->seed, thread);

		for (uint64_t i = 0; i < job->options->trace; i++)
			printf("%" PRIu64 " %" PRIu64 "\n", thread, touch_next(job, &state));
	}
	handshake_flush();
}

static void run(struct job *job)
{
	const struct options *options = job->options;
	uint64_t touches = options->threads * options->iterations * options->touches;
	/* Taken before the window, since it touches every page; compared with what is there after it. */
	uint64_t sum = memory_checksum(job->memory, 0);
	struct crew *crew = crew_create(options->threads, 0, work, job);

	if (options->handshake)
		handshake_await_go();
	double elapsed = crew_run(crew);
	printf("{\"workload\":\"abench\",\"checksum\":\"%016" PRIx64 "\",\"metrics\":{\"elapsed\":%.9f,\"touches\":%" PRIu64
	       ",\"touches_per_second\":%.3f,\"pages_elsewhere\":%" PRIu64 ",\"pages\":%" PRIu64 "}}\n",
	       sum, elapsed, touches, (double)touches / elapsed,
	       options->pages - memory_on_node(job->memory, options->placement.node), options->pages);
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
