#include "options.h"

#include "arguments.h"
#include "fail.h"

#include <string.h>

#define MAX_PAGES (UINT64_C(1) << 31)  /* as many as the model counts: 8 TiB */
#define MAX_TRACE UINT64_C(100000000)  /* assumed: a trace is for small sizes */

struct options options_parse(int count, char **arguments)
{
	struct options options = { .pages = 32768, .placement = placement_default(), .seed = 1 };
	const struct number_argument numbers[] = {
		{ "pages", &options.pages, 1, MAX_PAGES },
		{ "order", &options.order, 0, MAX_ORDER },
		{ "seed", &options.seed, 0, UINT64_MAX },
		{ "trace", &options.trace, 1, MAX_TRACE },
	};

	for (int i = 1; i < count; i++) {
		if (argument_take_number(arguments[i], numbers, sizeof(numbers) / sizeof(*numbers))
		    || placement_take(&options.placement, arguments[i], PLACE_NODE))
			continue;
		if (strcmp(arguments[i], "--handshake") != 0)
			fail(EXIT_USAGE, "%.60s is not an option; there are --pages= --order= --seed= --handshake --trace= "
			     SHARE_OPTIONS NODE_OPTION, arguments[i]);
		options.handshake = true;
	}
	options.pages = placement_pages(&options.placement, options.pages, 1, MAX_PAGES);
	if (options.placement.share > 0)
		options.pages -= options.pages % (UINT64_C(1) << options.order);
	if (options.pages % (UINT64_C(1) << options.order) != 0)
		fail(EXIT_USAGE, "--pages=%llu is no multiple of a folio's %llu pages", (unsigned long long)options.pages, 1ull << options.order);
	return options;
}
