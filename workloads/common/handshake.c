#include "handshake.h"

#include "fail.h"

#include <stdio.h>
#include <string.h>

void handshake_flush(void)
{
	if (fflush(stdout) != 0 || ferror(stdout))
		fail(EXIT_BROKEN, "standard output does not take the result");
}

void handshake_await_go(void)
{
	char line[16];

	puts("ready");
	handshake_flush();
	if (fgets(line, sizeof(line), stdin) == NULL)
		fail(EXIT_BROKEN, "standard input ended before go");
	if (strcmp(line, "go\n") != 0)
		fail(EXIT_BROKEN, "standard input said something other than go");
}

void handshake_await_end(void)
{
	while (getchar() != EOF)
		;
}
