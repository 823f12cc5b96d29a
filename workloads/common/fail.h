/* How a workload ends when it cannot go on: one line on standard error, then an exit status. */
#ifndef FAIL_H
#define FAIL_H

enum exit_status {
	EXIT_BROKEN = 1, /* a wrong value was read, or a result could not be written */
	EXIT_USAGE = 2,  /* the arguments cannot be taken */
	EXIT_CANNOT = 3, /* this host lacks what was asked: a node, a CPU, memory, permission */
};

/* Prints "<program>: <message>" and leaves at once, from any thread. */
_Noreturn void fail(enum exit_status status, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same for a failed system call: adds errno's number and text, status EXIT_CANNOT. */
_Noreturn void fail_errno(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
