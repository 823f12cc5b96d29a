#include "options.h"

#include "arguments.h"
#include "fail.h"
#include "memory.h"
#include "nodes.h"

#include <string.h>

#define MAX_PART (UINT64_C(1) << 44)    /* what the page formula of stream.h can reach: 2^32 pages */
#define MAX_SECONDS UINT64_C(3600)      /* assumed: a check is over long before */
#define MAX_PASSES UINT64_C(1000000)    /* assumed: far above any sensible run */
#define MAX_EVERY UINT64_C(1000000000)  /* assumed: a cold touch more seldom than that is none */

struct options options_parse(int count, char **arguments)
{
	struct options options = {
		.hot = UINT64_C(48) << 20, .cold = UINT64_C(224) << 20, .threads = 2, .every = 64, .seconds = 4, .longest = 30, .reach = 25,
		.passes = 100, .seed = 1, .slow = 1,
	};
	const struct number_argument numbers[] = {
		{ "hot", &options.hot, PAGE_BYTES, MAX_PART },
		{ "cold", &options.cold, PAGE_BYTES, MAX_PART },
		{ "threads", &options.threads, 1, MAX_THREADS },
		{ "every", &options.every, 2, MAX_EVERY },
		{ "seconds", &options.seconds, 1, MAX_SECONDS },
		{ "longest", &options.longest, 1, MAX_SECONDS },
		{ "reach", &options.reach, 0, 100 },
		{ "passes", &options.passes, 0, MAX_PASSES },
		{ "seed", &options.seed, 0, UINT64_MAX },
		{ "fast", &options.fast, 0, MAX_NODES - 1 },
		{ "slow", &options.slow, 0, MAX_NODES - 1 },
	};

	for (int i = 1; i < count; i++) {
		if (argument_take_number(arguments[i], numbers, sizeof(numbers) / sizeof(*numbers)))
			continue;
		if (strcmp(arguments[i], "--handshake") != 0)
			fail(EXIT_USAGE, "%.60s is not an option; there are --hot= --cold= --threads= --every= --seconds= --longest= --reach= "
			     "--passes= --seed= --fast= --slow= --handshake", arguments[i]);
		options.handshake = true;
	}
	return options;
}
