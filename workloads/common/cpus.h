/* The CPUs this process may run on. */
#ifndef CPUS_H
#define CPUS_H

#include <stdint.h>

/* Notes the allowed CPUs; to be called before any thread is bound. */
void cpus_note_allowed(void);

/* Binds the calling thread to the CPU at that place among those noted, counting round. */
void cpus_bind(uint64_t place);

#endif
