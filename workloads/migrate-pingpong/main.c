/*
 * migrate-pingpong: threads touch anonymous memory in a seeded order while the main thread moves it between two nodes
 * with migrate_pages(2). README.md beside this file says what is measured and how each result is defined.
 */
#include "fail.h"
#include "memory.h"
#include "options.h"
#include "touch.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

struct result {
	double elapsed;
	uint64_t touches;
	uint64_t failed;
	uint64_t misplaced;
	uint64_t checksum;
};

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void flush_output(void)
{
	if (fflush(stdout) != 0 || ferror(stdout))
		fail(EXIT_BROKEN, "standard output does not take the result");
}

static void await_go(void)
{
	char line[16];

	puts("ready");
	flush_output();
	if (fgets(line, sizeof(line), stdin) == NULL)
		fail(EXIT_BROKEN, "standard input ended before go");
	if (strcmp(line, "go\n") != 0)
		fail(EXIT_BROKEN, "standard input said something other than go");
}

static void await_end(void)
{
	while (getchar() != EOF)
		;
}

static struct result measure(const struct options *options, struct memory memory, const struct touchers *touchers)
{
	struct result result = { 0 };
	uint64_t here = options->from;
	uint64_t there = options->to;
	uint64_t touches = touch_count(touchers);
	double start = now();

	for (uint64_t round = 0; round < options->rounds; round++) {
		uint64_t next = here;

		result.failed += memory_migrate(here, there);
		here = there;
		there = next;
	}
	result.elapsed = now() - start;
	result.touches = touch_count(touchers) - touches;
	/* The threads keep running: ending one unmaps its stack, and that flush would be counted in the window. */
	result.misplaced = memory_misplaced(memory, here);
	result.checksum = memory_checksum(memory);
	return result;
}

static void print(const struct options *options, const struct result *result)
{
	uint64_t tried = options->pages * options->rounds;
	uint64_t lost = result->failed > result->misplaced ? result->failed : result->misplaced;
	uint64_t moved = tried > lost ? tried - lost : 0;
	double rate = result->elapsed > 0 ? (double)moved / result->elapsed : 0;

	printf("{\"workload\":\"migrate-pingpong\",\"checksum\":\"%016" PRIx64 "\",\"metrics\":{\"elapsed\":%.9f,\"pages_moved\":%" PRIu64
	       ",\"pages_failed\":%" PRIu64 ",\"pages_misplaced\":%" PRIu64 ",\"pages_per_second\":%.3f,\"touches\":%" PRIu64 "}}\n",
	       result->checksum, result->elapsed, moved, result->failed, result->misplaced, rate, result->touches);
	flush_output();
}

int main(int count, char **arguments)
{
	struct options options = options_parse(count, arguments);

	memory_check_nodes(&options);
	touch_bind_main(&options);
	struct memory memory = memory_set_up(&options);

	if (options.trace > 0) {
		touch_trace(&options, memory);
		flush_output();
	} else {
		struct touchers *touchers = touch_start(&options, memory);

		if (options.handshake)
			await_go();
		struct result result = measure(&options, memory, touchers);
		print(&options, &result);
		if (options.handshake)
			await_end();
		touch_stop(touchers);
	}
	memory_tear_down(memory);
	return 0;
}
