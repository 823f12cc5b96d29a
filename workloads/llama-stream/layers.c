#include "layers.h"

#include <sched.h>

#define SPINS 1024 /* assumed: a few microseconds, after which a thread that shares its CPU with a late one lets it run */

void layer_end_wait(struct layer_end *end, uint64_t threads)
{
	uint64_t passed = atomic_load_explicit(&end->passed, memory_order_relaxed);

	if (atomic_fetch_add_explicit(&end->arrived, 1, memory_order_acq_rel) + 1 == threads) {
		atomic_store_explicit(&end->arrived, 0, memory_order_relaxed);
		atomic_store_explicit(&end->passed, passed + 1, memory_order_release);
		return;
	}
	for (unsigned spins = 1; atomic_load_explicit(&end->passed, memory_order_acquire) == passed; spins++) {
		if (spins % SPINS == 0)
			sched_yield();
		else
			__builtin_ia32_pause();
	}
}
