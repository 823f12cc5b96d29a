#include "options.h"

#include "arguments.h"
#include "fail.h"

#include <string.h>

#define MAX_PROCESSES UINT64_C(64)     /* assumed: far more large models than a machine serves at once */
#define MAX_THREADS UINT64_C(512)      /* llama.cpp's own limit (GGML_MAX_N_THREADS) */
#define MAX_PAGES (UINT64_C(1) << 31)  /* as llama-stream: 8 TiB a file */
#define MAX_LAYERS UINT64_C(512)       /* llama.cpp's own limit (LLAMA_MAX_LAYERS) */
#define MAX_TOKENS UINT64_C(1000000)   /* assumed: far above any sensible run */

struct options options_parse(int count, char **arguments)
{
	struct options options = { .processes = 2, .threads = 2, .pages = 16384, .layers = 16, .tokens = 4, .dir = "/var/tmp", .seed = 1 };
	const struct number_argument numbers[] = {
		{ "processes", &options.processes, 1, MAX_PROCESSES },
		{ "threads", &options.threads, 1, MAX_THREADS },
		{ "pages", &options.pages, 1, MAX_PAGES },
		{ "layers", &options.layers, 1, MAX_LAYERS },
		{ "tokens", &options.tokens, 1, MAX_TOKENS },
		{ "seed", &options.seed, 0, UINT64_MAX },
	};

	for (int i = 1; i < count; i++) {
		const char *text;

		if (argument_take_number(arguments[i], numbers, sizeof(numbers) / sizeof(*numbers))) {
			continue;
		} else if ((text = argument_value(arguments[i], "dir")) != NULL) {
			options.dir = text;
		} else if (strcmp(arguments[i], "--handshake") == 0) {
			options.handshake = true;
		} else {
			fail(EXIT_USAGE, "%.60s is not an option; there are --processes= --threads= --pages= --layers= --tokens= --dir= --seed= "
			     "--handshake", arguments[i]);
		}
	}
	return options;
}
