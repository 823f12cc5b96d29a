#include "options.h"

#include "arguments.h"
#include "fail.h"

#include <string.h>

#define MAX_PROCESSES UINT64_C(64)       /* assumed: far more large models than a machine serves at once */
#define MAX_THREADS UINT64_C(1024)       /* assumed: more than a machine's CPUs make no sense where threads wait for one another */
#define MAX_PAGES (UINT64_C(1) << 31)    /* as many as the model counts: 8 TiB a file */
#define MAX_LAYERS UINT64_C(65536)       /* assumed: models have some tens to hundreds */
#define MAX_TOKENS UINT64_C(1000000)     /* assumed: far above any sensible run */
#define MAX_TRACE UINT64_C(100000000)    /* assumed: a trace is for small sizes */

struct options options_parse(int count, char **arguments)
{
	struct options options = { .processes = 2, .threads = 2, .pages = 16384, .layers = 16, .tokens = 4, .dir = "/var/tmp",
				   .placement = placement_default(), .seed = 1 };
	const struct number_argument numbers[] = {
		{ "processes", &options.processes, 1, MAX_PROCESSES },
		{ "threads", &options.threads, 1, MAX_THREADS },
		{ "pages", &options.pages, 1, MAX_PAGES },
		{ "layers", &options.layers, 1, MAX_LAYERS },
		{ "tokens", &options.tokens, 1, MAX_TOKENS },
		{ "seed", &options.seed, 0, UINT64_MAX },
		{ "trace", &options.trace, 1, MAX_TRACE },
	};

	for (int i = 1; i < count; i++) {
		const char *text;

		if (argument_take_number(arguments[i], numbers, sizeof(numbers) / sizeof(*numbers))) {
			continue;
		} else if (placement_take(&options.placement, arguments[i], PLACE_NODE)) {
			continue;
		} else if ((text = argument_value(arguments[i], "dir")) != NULL) {
			options.dir = text;
		} else if ((text = argument_value(arguments[i], "file")) != NULL) {
			options.model = strcmp(text, "model") == 0;
			if (!options.model && strcmp(text, "words") != 0)
				fail(EXIT_USAGE, "--file=%.40s is neither words nor model", text);
		} else if (strcmp(arguments[i], "--handshake") == 0) {
			options.handshake = true;
		} else {
			fail(EXIT_USAGE, "%.60s is not an option; there are --processes= --threads= --pages= --layers= --tokens= --dir= --file= "
			     "--seed= --handshake --trace= " SHARE_OPTIONS NODE_OPTION, arguments[i]);
		}
	}
	options.pages = placement_pages(&options.placement, options.pages, options.processes, MAX_PAGES);
	if (options.layers > options.pages)
		fail(EXIT_USAGE, "--layers=%llu are more than --pages=%llu; a layer has at least one page", (unsigned long long)options.layers,
		     (unsigned long long)options.pages);
	return options;
}
