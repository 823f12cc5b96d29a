#include "arguments.h"

#include "fail.h"

#include <string.h>

uint64_t argument_number(const char *name, const char *text, uint64_t least, uint64_t most)
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

const char *argument_value(const char *argument, const char *name)
{
	size_t length = strlen(name);

	if (strncmp(argument, "--", 2) != 0 || strncmp(argument + 2, name, length) != 0 || argument[2 + length] != '=')
		return NULL;
	return argument + 3 + length;
}

bool argument_take_number(const char *argument, const struct number_argument *numbers, size_t count)
{
	for (size_t n = 0; n < count; n++) {
		const char *text = argument_value(argument, numbers[n].name);
		if (text == NULL)
			continue;
		*numbers[n].into = argument_number(numbers[n].name, text, numbers[n].least, numbers[n].most);
		return true;
	}
	return false;
}
