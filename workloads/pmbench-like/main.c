/*
 * pmbench-like: threads touch random pages, some of them hotter than the others; a share of the touches writes. README.md beside this file
 * says what is measured and how.
 */
#include "crew.h"
#include "fail.h"
#include "handshake.h"
#include "options.h"
#include "touching.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>

struct job {
	const struct options *options;
	struct memory memory;
	_Atomic uint64_t writes;
};

/* A thread's way through its touches. */
struct way {
	uint64_t state;
	uint64_t own;
	uint64_t writes;
};

struct touched {
	uint64_t page;
	bool wrote;
};

static struct way way_of(const struct job *job, uint64_t thread)
{
	return (struct way){ .state = stream_start(job->options->seed, thread), .own = own_word(thread) };
}

static struct touched touch_next(const struct job *job, struct way *way)
{
	const struct options *options = job->options;
	uint64_t draw = stream_draw(&way->state);
	struct touched touched = { hot_page(options->hot, draw, options->pages), stream_happens(draw, 0, options->writes) };

	touch_read(job->memory, touched.page, options->seed, 0);
	if (touched.wrote)
		touch_write(job->memory, touched.page, way->own, ++way->writes);
	return touched;
}

static void work(uint64_t thread, void *shared)
{
	struct job *job = shared;
	struct way way = way_of(job, thread);

	for (uint64_t i = 0; i < job->options->touches; i++)
		touch_next(job, &way);
	atomic_fetch_add(&job->writes, way.writes);
}

static void trace(const struct job *job)
{
	for (uint64_t thread = 0; thread < job->options->threads; thread++) {
		struct way way = way_of(job, thread);

		for (uint64_t i = 0; i < job->options->trace; i++) {
			struct touched touched = touch_next(job, &way);
			printf("%" PRIu64 " %" PRIu64 " %s\n", thread, touched.page, touched.wrote ? "write" : "read");
		}
	}
	handshake_flush();
}

static void run(struct job *job)
{
	const struct options *options = job->options;
	uint64_t touches = options->threads * options->touches;
	/* Taken before the window, since it touches every page; compared with what is there after it. */
	uint64_t sum = memory_checksum(job->memory, 0);
	struct crew *crew = crew_create(options->threads, 0, work, job);

	if (options->handshake)
		handshake_await_go();
	double elapsed = crew_run(crew);
	printf("{\"workload\":\"pmbench-like\",\"checksum\":\"%016" PRIx64 "\",\"metrics\":{\"elapsed\":%.9f,\"touches\":%" PRIu64
	       ",\"writes\":%" PRIu64 ",\"touches_per_second\":%.3f,\"pages\":%" PRIu64 "}}\n",
	       sum, elapsed, touches, atomic_load(&job->writes), (double)touches / elapsed, options->pages);
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
