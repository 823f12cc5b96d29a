#include "options.h"

#include "arguments.h"
#include "fail.h"

#include <string.h>

#define MAX_PAGES (UINT64_C(1) << 32)    /* what the page formula of stream.h can reach */
#define MAX_THREADS UINT64_C(4096)       /* assumed: several for each CPU of a large machine */
#define MAX_LOOKUPS (UINT64_C(1) << 48)  /* assumed: far above any sensible run */
#define MAX_TRACE UINT64_C(100000000)    /* assumed: a trace is for small sizes */

struct options options_parse(int count, char **arguments)
{
	struct options options = { .pages = 65536, .threads = 3, .lookups = 100000, .hot = { 100, 100 },
				   .placement = placement_default(), .seed = 1 };
	const struct number_argument numbers[] = {
		{ "pages", &options.pages, 1, MAX_PAGES },
		{ "threads", &options.threads, 1, MAX_THREADS },
		{ "lookups", &options.lookups, 1, MAX_LOOKUPS },
		{ "hot-pages", &options.hot.pages, 1, 100 },
		{ "hot-touches", &options.hot.touches, 0, 100 },
		{ "seed", &options.seed, 0, UINT64_MAX },
		{ "trace", &options.trace, 1, MAX_TRACE },
	};

	for (int i = 1; i < count; i++) {
		if (argument_take_number(arguments[i], numbers, sizeof(numbers) / sizeof(*numbers))
		    || placement_take(&options.placement, arguments[i], PLACE_NODE | PLACE_HUGE))
			continue;
		if (strcmp(arguments[i], "--handshake") != 0)
			fail(EXIT_USAGE, "%.60s is not an option; there are --pages= --threads= --lookups= --hot-pages= --hot-touches= --seed= "
			     "--handshake --trace= " SHARE_OPTIONS NODE_OPTION " " HUGE_OPTION, arguments[i]);
		options.handshake = true;
	}
	options.pages = placement_pages(&options.placement, options.pages, 1, MAX_PAGES);
	return options;
}
