/*
 * migrate-pingpong: threads touch anonymous memory in a seeded order while the main thread moves it between two nodes
 * with migrate_pages(2). README.md beside this file says what is measured and how each result is defined.
 */
#include "clock.h"
#include "handshake.h"
#include "options.h"
#include "touch.h"
#include "traveller.h"

#include <inttypes.h>
#include <stdio.h>

struct result {
	double elapsed;
	uint64_t touches;
	uint64_t failed;
	uint64_t misplaced;
	uint64_t checksum;
};

static struct result measure(const struct options *options, struct memory memory, const struct touchers *touchers)
{
	struct result result = { 0 };
	uint64_t here = options->from;
	uint64_t there = options->to;
	uint64_t touches = touch_count(touchers);
	double start = clock_now();

	for (uint64_t round = 0; round < options->rounds; round++) {
		uint64_t next = here;

		result.failed += traveller_migrate(here, there);
		here = there;
		there = next;
	}
	result.elapsed = clock_now() - start;
	result.touches = touch_count(touchers) - touches;
	/* The threads keep running: ending one unmaps its stack, and that flush would be counted in the window. */
	result.misplaced = memory.pages - memory_on_node(memory, here);
	result.checksum = memory_checksum(memory, 0);
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
	handshake_flush();
}

int main(int count, char **arguments)
{
	struct options options = options_parse(count, arguments);

	traveller_check_nodes(&options);
	touch_bind_main(&options);
	struct memory memory = traveller_set_up(&options);

	if (options.trace > 0) {
		touch_trace(&options, memory);
		handshake_flush();
	} else {
		struct touchers *touchers = touch_start(&options, memory);

		if (options.handshake)
			handshake_await_go();
		struct result result = measure(&options, memory, touchers);
		print(&options, &result);
		if (options.handshake)
			handshake_await_end();
		touch_stop(touchers);
	}
	memory_unmap(memory);
	return 0;
}
