#include "cpus.h"

#include "fail.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAX_CPUS 8192 /* published: NR_CPUS of kernels built with MAXSMP */
#define WORD_BITS (8 * sizeof(unsigned long))

static unsigned long allowed[MAX_CPUS / WORD_BITS];
static bool confined;

static uint64_t is_allowed(uint64_t cpu)
{
	return (allowed[cpu / WORD_BITS] >> (cpu % WORD_BITS)) & 1;
}

void cpus_note_allowed(void)
{
	if (syscall(SYS_sched_getaffinity, 0, sizeof(allowed), allowed) <= 0)
		fail_errno("sched_getaffinity cannot tell the allowed CPUs");
}

/* The CPU at that place among those noted, counting round. */
static uint64_t cpu_at(uint64_t place)
{
	uint64_t count = 0;
	uint64_t cpu = 0;

	for (uint64_t each = 0; each < MAX_CPUS; each++)
		count += is_allowed(each);
	for (place %= count; !is_allowed(cpu) || place-- != 0;)
		cpu++;
	return cpu;
}

void cpus_bind(uint64_t place)
{
	unsigned long only[MAX_CPUS / WORD_BITS] = { 0 };
	uint64_t cpu = cpu_at(place);

	only[cpu / WORD_BITS] = 1ul << (cpu % WORD_BITS);
	if (syscall(SYS_sched_setaffinity, 0, sizeof(only), only) != 0)
		fail_errno("binding a thread to CPU %u", (unsigned)cpu);
}

static _Noreturn void no_list(const char *list)
{
	fail(EXIT_USAGE, "--cpus=%.60s is no list of CPUs below %u; give any, or one like 0-3,8", list, MAX_CPUS);
}

/* The number that the text begins with; moves past it. */
static uint64_t take_cpu(const char **text, const char *list)
{
	char *end;

	if (**text < '0' || **text > '9')
		no_list(list);
	unsigned long cpu = strtoul(*text, &end, 10);
	if (cpu >= MAX_CPUS)
		no_list(list);
	*text = end;
	return cpu;
}

void cpus_confine(const char *list)
{
	unsigned long wanted[MAX_CPUS / WORD_BITS] = { 0 };

	if (strcmp(list, "any") == 0)
		return;
	for (const char *at = list;; at++) {
		uint64_t first = take_cpu(&at, list);
		uint64_t last = first;

		if (*at == '-') {
			at++;
			last = take_cpu(&at, list);
		}
		if (last < first || (*at != ',' && *at != '\0'))
			no_list(list);
		for (uint64_t cpu = first; cpu <= last; cpu++)
			wanted[cpu / WORD_BITS] |= 1ul << (cpu % WORD_BITS);
		if (*at == '\0')
			break;
	}
	if (syscall(SYS_sched_setaffinity, 0, sizeof(wanted), wanted) != 0)
		fail_errno("confining the process to CPUs %.60s", list);
	cpus_note_allowed();
	/* the kernel leaves out those that are not on line or not allowed, and complains only where none is left */
	if (memcmp(allowed, wanted, sizeof(wanted)) != 0) {
		errno = EINVAL;
		fail_errno("not all of the CPUs %.60s can be had", list);
	}
	confined = true;
}

void cpus_bind_listed(pthread_t thread, uint64_t place)
{
	unsigned long only[MAX_CPUS / WORD_BITS] = { 0 };

	if (!confined)
		return;
	uint64_t cpu = cpu_at(place);
	only[cpu / WORD_BITS] = 1ul << (cpu % WORD_BITS);
	errno = pthread_setaffinity_np(thread, sizeof(only), (const cpu_set_t *)(const void *)only);
	if (errno != 0)
		fail_errno("binding a thread to CPU %u", (unsigned)cpu);
}
