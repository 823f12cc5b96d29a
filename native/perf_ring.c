#include "harness_native.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/*
 * The kernel writes records at head, this reader takes them at tail; both only grow, and a position's place in the ring is
 * its remainder by the (power of two) size:
 *
 *	data:  | free ... | record | record | half of a rec- | free ...     after the end: -ord at the start
 *	                  ^ tail                             ^ head
 *
 * Records begin at multiples of 8 and have sizes that are multiples of 8, so a header never wraps, a body may.
 */

int harness_ring_map(struct harness_ring *ring, int fd, size_t pages)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t size = (1 + pages) * page;
	void *map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (map == MAP_FAILED)
		return -1;
	memset(ring, 0, sizeof(*ring));
	ring->control = map;
	ring->data = (const unsigned char *)map + page;
	ring->data_size = pages * page;
	ring->map_size = size;
	return 0;
}

int harness_ring_unmap(struct harness_ring *ring)
{
	void *map = ring->control;

	if (map == NULL)
		return 0;
	ring->control = NULL;
	ring->data = NULL;
	return munmap(map, ring->map_size);
}

static void copy_out(const struct harness_ring *ring, uint64_t from, void *to, size_t size)
{
	uint64_t offset = from & (ring->data_size - 1);
	size_t before_end = ring->data_size - offset < size ? ring->data_size - offset : size;

	memcpy(to, ring->data + offset, before_end);
	memcpy((unsigned char *)to + before_end, ring->data, size - before_end);
}

/* How many records this one reports as lost, when it is such a report and whole. */
static uint64_t lost_in(const struct harness_ring *ring, uint64_t at, const struct perf_event_header *header)
{
	/* both bodies end in the number: LOST holds { id, lost }, LOST_SAMPLES { lost } */
	size_t skip = sizeof(*header) + (header->type == PERF_RECORD_LOST ? sizeof(uint64_t) : 0);
	uint64_t lost = 0;

	if (header->size >= skip + sizeof(lost))
		copy_out(ring, at + skip, &lost, sizeof(lost));
	return lost;
}

ssize_t harness_ring_drain(struct harness_ring *ring, void *buffer, size_t size)
{
	/* acquire: the records up to head are read after head is */
	uint64_t head = __atomic_load_n(&ring->control->data_head, __ATOMIC_ACQUIRE);
	uint64_t tail = ring->control->data_tail;
	size_t copied = 0;
	int too_large = 0;

	while (tail != head) {
		struct perf_event_header header;
		uint64_t there = head - tail;

		if (there < sizeof(header) || there > ring->data_size || tail % 8 != 0)
			goto malformed;
		copy_out(ring, tail, &header, sizeof(header));
		if (header.size < sizeof(header) || header.size % 8 != 0 || header.size > there)
			goto malformed;

		if (header.type == PERF_RECORD_LOST || header.type == PERF_RECORD_LOST_SAMPLES) {
			ring->lost += lost_in(ring, tail, &header);
		} else if (header.size <= size - copied) {
			copy_out(ring, tail, (unsigned char *)buffer + copied, header.size);
			copied += header.size;
		} else {
			too_large = copied == 0;
			break;
		}
		tail += header.size;
		continue;

malformed:
		ring->malformed++;
		tail = head;
	}

	/* release: the kernel may write over the records only once they have been copied */
	__atomic_store_n(&ring->control->data_tail, tail, __ATOMIC_RELEASE);
	if (too_large) {
		errno = EMSGSIZE;
		return -1;
	}
	return (ssize_t)copied;
}
