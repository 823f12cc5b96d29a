#include "options.h"

#include "arguments.h"
#include "fail.h"
#include "nodes.h"
#include "touching.h"

#include <string.h>

#define MAX_PAGES (UINT64_C(1) << 32)    /* what the page formula of stream.h can reach */
#define MAX_ROUNDS UINT64_C(1000000)     /* assumed: far above any sensible run */
#define MAX_TRACE UINT64_C(100000000)    /* assumed: a trace is for small sizes */

struct options options_parse(int count, char **arguments)
{
	struct options options = { .pages = 1024, .rounds = 2, .threads = 3, .seed = 1, .to = 1, .write = true, .spread = true };
	const struct number_argument numbers[] = {
		{ "pages", &options.pages, 1, MAX_PAGES },
		{ "rounds", &options.rounds, 0, MAX_ROUNDS },
		{ "threads", &options.threads, 0, MAX_WRITERS },
		{ "seed", &options.seed, 0, UINT64_MAX },
		{ "from", &options.from, 0, MAX_NODES - 1 },
		{ "to", &options.to, 0, MAX_NODES - 1 },
		{ "trace", &options.trace, 1, MAX_TRACE },
	};

	for (int i = 1; i < count; i++) {
		const char *text;

		if (argument_take_number(arguments[i], numbers, sizeof(numbers) / sizeof(*numbers))) {
			continue;
		} else if ((text = argument_value(arguments[i], "write")) != NULL) {
			options.write = argument_number("write", text, 0, 1) == 1;
		} else if ((text = argument_value(arguments[i], "bind")) != NULL) {
			options.spread = strcmp(text, "spread") == 0;
			if (!options.spread && strcmp(text, "none") != 0)
				fail(EXIT_USAGE, "--bind=%.40s is neither spread nor none", text);
		} else if (strcmp(arguments[i], "--handshake") == 0) {
			options.handshake = true;
		} else {
			fail(EXIT_USAGE, "%.60s is not an option; there are --pages= --rounds= --threads= --seed= --write=0|1 "
			     "--bind=spread|none --from= --to= --handshake --trace=", arguments[i]);
		}
	}
	if (options.from == options.to)
		fail(EXIT_USAGE, "--from and --to are both %llu; give two different nodes", (unsigned long long)options.from);
	return options;
}
