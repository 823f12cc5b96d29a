/* The CPUs this process may run on. */
#ifndef CPUS_H
#define CPUS_H

#include <pthread.h>
#include <stdint.h>

/* Notes the allowed CPUs; to be called before any thread is bound. */
void cpus_note_allowed(void);

/* Binds the calling thread to the CPU at that place among those noted, counting round. */
void cpus_bind(uint64_t place);

/*
 * Confines this process to the CPUs of a list like 0-3,8, or to none where it is "any". To be called before any thread or process is
 * started; leaves when the text is no such list or a CPU of it cannot be had.
 */
void cpus_confine(const char *list);

/* Binds a thread to the CPU at that place of the list, counting round; does nothing without a list. */
void cpus_bind_listed(pthread_t thread, uint64_t place);

#endif
