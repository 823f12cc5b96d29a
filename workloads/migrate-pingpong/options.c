#include "options.h"

#include "fail.h"
#include "touch.h"

#include <stddef.h>
#include <string.h>

#define MAX_PAGES (UINT64_C(1) << 32)    /* what the page formula of stream.h can reach */
#define MAX_ROUNDS UINT64_C(1000000)     /* assumed: far above any sensible run */
#define MAX_TRACE UINT64_C(100000000)    /* assumed: a trace is for small sizes */

static uint64_t number(const char *name, const char *text, uint64_t least, uint64_t most)
{
	uint64_t value = 0;

	if (*text == '\0')
		fail(EXIT_USAGE, "--%s= has no value; give a whole number", name);
	for (const char *at = text; *at != '\0'; at++) {
		uint64_t digit = (uint64_t)(*at - '0');
		if (*at < '0' || *at > '9')
			fail(EXIT_USAGE, "--%s=%.40s is not a whole number", name, text);
		if (value > (UINT64_MAX - digit) / 10)
			fail(EXIT_USAGE, "--%s=%.40s is too large; the most is %llu", name, text, (unsigned long long)most);
		value = value * 10 + digit;
	}
	if (value < least || value > most)
		fail(EXIT_USAGE, "--%s=%.40s is outside %llu..%llu", name, text, (unsigned long long)least,
		     (unsigned long long)most);
	return value;
}

/* The text after "--name=", or NULL when the argument is another option. */
static const char *value_of(const char *argument, const char *name)
{
	size_t length = strlen(name);

	if (strncmp(argument, "--", 2) != 0 || strncmp(argument + 2, name, length) != 0 || argument[2 + length] != '=')
		return NULL;
	return argument + 3 + length;
}

struct options options_parse(int count, char **arguments)
{
	struct options options = { .pages = 1024, .rounds = 2, .threads = 3, .seed = 1, .to = 1, .write = true, .spread = true };
	const struct {
		const char *name;
		uint64_t *into;
		uint64_t least;
		uint64_t most;
	} numbers[] = {
		{ "pages", &options.pages, 1, MAX_PAGES },
		{ "rounds", &options.rounds, 0, MAX_ROUNDS },
		{ "threads", &options.threads, 0, MAX_THREADS },
		{ "seed", &options.seed, 0, UINT64_MAX },
		{ "from", &options.from, 0, MAX_NODES - 1 },
		{ "to", &options.to, 0, MAX_NODES - 1 },
		{ "trace", &options.trace, 1, MAX_TRACE },
	};

	for (int i = 1; i < count; i++) {
		const char *text = NULL;
		size_t n = 0;

		for (; n < sizeof(numbers) / sizeof(*numbers); n++) {
			text = value_of(arguments[i], numbers[n].name);
			if (text != NULL)
				break;
		}
		if (text != NULL) {
			*numbers[n].into = number(numbers[n].name, text, numbers[n].least, numbers[n].most);
		} else if ((text = value_of(arguments[i], "write")) != NULL) {
			options.write = number("write", text, 0, 1) == 1;
		} else if ((text = value_of(arguments[i], "bind")) != NULL) {
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
