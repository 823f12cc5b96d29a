#include "fail.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* One write(2), so that lines of threads that fail together do not mix; _exit, since other threads still run. */
static _Noreturn void leave(enum exit_status status, int error, const char *format, va_list arguments)
{
	char line[512];
	size_t used = (size_t)snprintf(line, sizeof(line), "%.60s: ", program_invocation_short_name);

	int added = vsnprintf(line + used, sizeof(line) - used - 1, format, arguments);
	if (added > 0)
		used += (size_t)added;
	if (error != 0 && used < sizeof(line) - 1) {
		added = snprintf(line + used, sizeof(line) - used - 1, ": errno %d, %s", error, strerror(error));
		if (added > 0)
			used += (size_t)added;
	}
	if (used > sizeof(line) - 2)
		used = sizeof(line) - 2;
	line[used++] = '\n';
	if (write(STDERR_FILENO, line, used) < 0)
		status = EXIT_BROKEN;
	_exit(status);
}

_Noreturn void fail(enum exit_status status, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	leave(status, 0, format, arguments);
}

_Noreturn void fail_errno(const char *format, ...)
{
	int error = errno;
	va_list arguments;

	va_start(arguments, format);
	leave(EXIT_CANNOT, error, format, arguments);
}
