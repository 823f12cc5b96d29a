#include "cpus.h"

#include "fail.h"

#include <sys/syscall.h>
#include <unistd.h>

#define MAX_CPUS 8192 /* published: NR_CPUS of kernels built with MAXSMP */
#define WORD_BITS (8 * sizeof(unsigned long))

static unsigned long allowed[MAX_CPUS / WORD_BITS];

static uint64_t is_allowed(uint64_t cpu)
{
	return (allowed[cpu / WORD_BITS] >> (cpu % WORD_BITS)) & 1;
}

void cpus_note_allowed(void)
{
	if (syscall(SYS_sched_getaffinity, 0, sizeof(allowed), allowed) <= 0)
		fail_errno("sched_getaffinity cannot tell the allowed CPUs");
}

void cpus_bind(uint64_t place)
{
	unsigned long only[MAX_CPUS / WORD_BITS] = { 0 };
	uint64_t count = 0;

	for (uint64_t cpu = 0; cpu < MAX_CPUS; cpu++)
		count += is_allowed(cpu);
	place %= count;
	for (uint64_t cpu = 0; cpu < MAX_CPUS; cpu++) {
		if (!is_allowed(cpu) || place-- != 0)
			continue;
		only[cpu / WORD_BITS] = 1ul << (cpu % WORD_BITS);
		if (syscall(SYS_sched_setaffinity, 0, sizeof(only), only) != 0)
			fail_errno("binding a thread to CPU %u", (unsigned)cpu);
		return;
	}
}
