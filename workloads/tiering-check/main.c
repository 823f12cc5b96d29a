/*
 * tiering-check: threads touch a hot part that begins on the slow node, and now and then a cold part that fills the fast one. A kernel
 * that tiers memory promotes the first and demotes the second. README.md beside this file says what is measured and how.
 */
#include "clock.h"
#include "fail.h"
#include "handshake.h"
#include "options.h"
#include "parts.h"
#include "touch.h"

#include <inttypes.h>
#include <stdio.h>

struct result {
	double elapsed;
	uint64_t hot_on_fast;
	uint64_t cold_on_fast;
};

/* One number over the contents of both parts. */
static uint64_t checksum(struct parts parts)
{
	return memory_checksum(parts.cold, memory_checksum(parts.hot, 0));
}

static struct result measure(const struct options *options, struct parts parts, struct touchers *touchers)
{
	struct result result;
	double start = clock_now();

	touch_run(touchers);
	result.elapsed = clock_now() - start;
	/* The threads wait: ending one unmaps its stack, and that flush would be counted in the window. */
	result.hot_on_fast = memory_on_node(parts.hot, options->fast);
	result.cold_on_fast = memory_on_node(parts.cold, options->fast);
	return result;
}

static void print(const struct result *result, uint64_t sum, uint64_t cold_on_fast_before, const struct touchers *touchers)
{
	printf("{\"workload\":\"tiering-check\",\"checksum\":\"%016" PRIx64 "\",\"metrics\":{\"elapsed\":%.9f,\"hot_on_fast\":%" PRIu64
	       ",\"cold_on_fast\":%" PRIu64 ",\"cold_on_fast_before\":%" PRIu64 ",\"hot_touches\":%" PRIu64 ",\"cold_touches\":%" PRIu64 "}}\n",
	       sum, result->elapsed, result->hot_on_fast, result->cold_on_fast, cold_on_fast_before,
	       touch_count_hot(touchers), touch_count_cold(touchers));
	handshake_flush();
}

int main(int count, char **arguments)
{
	struct options options = options_parse(count, arguments);

	parts_check_nodes(&options);
	struct parts parts = parts_set_up(&options);
	/* Taken before the window, since it touches every page; compared with what is there after it. */
	uint64_t sum = checksum(parts);
	uint64_t cold_on_fast = memory_on_node(parts.cold, options.fast);
	struct touchers *touchers = touch_create(&options, parts);

	if (options.handshake)
		handshake_await_go();
	struct result result = measure(&options, parts, touchers);
	print(&result, sum, cold_on_fast, touchers);
	if (options.handshake)
		handshake_await_end();
	touch_destroy(touchers);
	if (checksum(parts) != sum)
		fail(EXIT_BROKEN, "the pages do not hold what was written: memory was corrupted");
	parts_unmap(parts);
	return 0;
}
