#include "options.h"

#include "arguments.h"
#include "fail.h"
#include "nodes.h"

#include <string.h>

#define MAX_PAGES (UINT64_C(1) << 32)    /* what the page formula of stream.h can reach */
#define MAX_THREADS UINT64_C(4096)       /* assumed: several for each CPU of a large machine */
#define MAX_ITERATIONS UINT64_C(1000000) /* assumed: far above any sensible run */
#define MAX_TOUCHES (UINT64_C(1) << 32)  /* assumed: likewise */
#define MAX_DELAY UINT64_C(1000000)      /* assumed: a second between two iterations is idling */
#define MAX_TRACE UINT64_C(100000000)    /* assumed: a trace is for small sizes */

struct options options_parse(int count, char **arguments)
{
	struct options options = { .pages = 8192, .threads = 3, .iterations = 256, .delay = 1,
				   .placement = placement_default(), .seed = 1 };
	const struct number_argument numbers[] = {
		{ "pages", &options.pages, 1, MAX_PAGES },
		{ "threads", &options.threads, 1, MAX_THREADS },
		{ "iterations", &options.iterations, 1, MAX_ITERATIONS },
		{ "touches", &options.touches, 0, MAX_TOUCHES },
		{ "delay", &options.delay, 0, MAX_DELAY },
		{ "node", &options.placement.node, 0, MAX_NODES - 1 },
		{ "seed", &options.seed, 0, UINT64_MAX },
		{ "trace", &options.trace, 1, MAX_TRACE },
	};

	options.placement.node = 1;
	for (int i = 1; i < count; i++) {
		if (argument_take_number(arguments[i], numbers, sizeof(numbers) / sizeof(*numbers))
		    || placement_take(&options.placement, arguments[i], PLACE_HUGE))
			continue;
		if (strcmp(arguments[i], "--handshake") != 0)
			fail(EXIT_USAGE, "%.60s is not an option; there are --pages= --threads= --iterations= --touches= --delay= --node= --seed= "
			     "--handshake --trace= " SHARE_OPTIONS HUGE_OPTION, arguments[i]);
		options.handshake = true;
	}
	options.pages = placement_pages(&options.placement, options.pages, 1, MAX_PAGES);
	if (options.touches == 0)
		options.touches = options.pages;
	return options;
}
