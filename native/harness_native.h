/*
 * The harness's native library. Every function follows libc's convention: -1 and errno on failure. None allocates, none
 * keeps a pointer it was given.
 */
#ifndef HARNESS_NATIVE_H
#define HARNESS_NATIVE_H

#include <linux/perf_event.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define HARNESS_API __attribute__((visibility("default")))

/* Raised with every change of a signature or struct below, so that a library of another build is refused, not called. */
#define HARNESS_NATIVE_VERSION 1

HARNESS_API int harness_version(void);

/* ---- perf events (perf_event.c) ---- */

/* perf_event_open(2), which libc does not wrap. Returns the new file descriptor. */
HARNESS_API int harness_perf_event_open(struct perf_event_attr *attr, pid_t pid, int cpu, int group_fd, unsigned long flags);

/* What a group leader opened with HARNESS_GROUP_FORMAT gives: this head, then one count for each event in the order of opening. */
#define HARNESS_GROUP_FORMAT (PERF_FORMAT_GROUP | PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING)

struct harness_group {
	uint64_t nr;
	uint64_t time_enabled;	/* ns */
	uint64_t time_running;	/* ns; less than time_enabled when the group shared its hardware counters */
};

/*
 * Reads a group of exactly `nr` events into `group`, which has room for `nr` counts behind the head.
 * ENODATA: the group counts no longer (its CPU left). EPROTO: the group has another number of events.
 */
HARNESS_API int harness_perf_read_group(int fd, struct harness_group *group, uint64_t nr);

/* ---- perf ring buffers (perf_ring.c) ---- */

/* A mapped ring. The caller owns the struct and zeroes it; `lost` and `malformed` only ever grow. */
struct harness_ring {
	struct perf_event_mmap_page *control;
	const unsigned char *data;
	uint64_t data_size;	/* bytes, a power of two */
	uint64_t map_size;	/* bytes, control page included */
	uint64_t lost;		/* records the kernel says it dropped because the ring was full */
	uint64_t malformed;	/* times the ring's content made no sense and was skipped up to its head */
};

/* Maps the ring of an event: one control page and `pages` data pages (a power of two). */
HARNESS_API int harness_ring_map(struct harness_ring *ring, int fd, size_t pages);

/*
 * Moves whole records, oldest first, into `buffer` until the ring is empty or the next one does not fit, and gives their
 * space back to the kernel. A record that wraps round the ring's end arrives in one piece. The kernel's notes on lost
 * records are added to ring->lost and not copied. Returns the bytes copied, 0 for an empty ring.
 * EMSGSIZE: the oldest record is larger than `size`; 64 KiB hold any record.
 */
HARNESS_API ssize_t harness_ring_drain(struct harness_ring *ring, void *buffer, size_t size);

HARNESS_API int harness_ring_unmap(struct harness_ring *ring);

/* ---- NUMA calls (numa.c), as in migrate_pages(2), move_pages(2), mbind(2), get_mempolicy(2), without libnuma ---- */

HARNESS_API long harness_migrate_pages(pid_t pid, unsigned long maxnode, const unsigned long *old_nodes, const unsigned long *new_nodes);
HARNESS_API long harness_move_pages(pid_t pid, unsigned long count, void **pages, const int *nodes, int *status, int flags);
HARNESS_API long harness_mbind(void *addr, unsigned long len, int mode, const unsigned long *nodemask, unsigned long maxnode,
			       unsigned int flags);
HARNESS_API long harness_get_mempolicy(int *mode, unsigned long *nodemask, unsigned long maxnode, void *addr, unsigned long flags);

#endif
