/* Arguments of the form --NAME=VALUE. */
#ifndef ARGUMENTS_H
#define ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An argument that takes a whole number. */
struct number_argument {
	const char *name;
	uint64_t *into;
	uint64_t least;
	uint64_t most;
};

/* The text after "--name=", or NULL when the argument is another one. */
const char *argument_value(const char *argument, const char *name);

/* The number; leaves with EXIT_USAGE unless the text is a whole number from least to most. */
uint64_t argument_number(const char *name, const char *text, uint64_t least, uint64_t most);

/* Takes the argument when it is one of the numbers; false when it is another one. */
bool argument_take_number(const char *argument, const struct number_argument *numbers, size_t count);

#endif
