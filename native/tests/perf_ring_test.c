/* Does the ring reader hand out whole records, in order, exactly once, and survive a ring that makes no sense? */
#include "harness_native.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RING_SIZE 128u

static int failures;

#define CHECK(condition) \
	do { \
		if (!(condition)) { \
			fprintf(stderr, "%s:%d: %s\n", __func__, __LINE__, #condition); \
			failures++; \
		} \
	} while (0)

/* Control page and data are separate heap blocks of exact size: the sanitizer sees any access beside them. */
static struct harness_ring new_ring(uint64_t start)
{
	struct harness_ring ring = { .data_size = RING_SIZE };

	ring.control = calloc(1, sizeof(*ring.control));
	ring.data = calloc(1, RING_SIZE);
	ring.control->data_head = start;
	ring.control->data_tail = start;
	return ring;
}

static void delete_ring(struct harness_ring *ring)
{
	free(ring->control);
	free((void *)ring->data);
}

static void put(struct harness_ring *ring, const void *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		((unsigned char *)ring->data)[ring->control->data_head++ % RING_SIZE] = ((const unsigned char *)bytes)[i];
}

static void put_record(struct harness_ring *ring, uint32_t type, uint16_t size, uint64_t first_word)
{
	unsigned char record[RING_SIZE] = { 0 };
	struct perf_event_header header = { .type = type, .size = size };

	for (size_t at = sizeof(header); at + 8 <= size; at += 8, first_word++)
		memcpy(record + at, &first_word, 8);
	memcpy(record, &header, sizeof(header));
	put(ring, record, size);
}

static uint64_t word(const unsigned char *bytes, size_t index)
{
	uint64_t value;

	memcpy(&value, bytes + 8 * index, 8);
	return value;
}

static void empty_ring_gives_nothing(void)
{
	struct harness_ring ring = new_ring(0);
	unsigned char out[64];

	CHECK(harness_ring_drain(&ring, out, sizeof(out)) == 0);
	CHECK(ring.lost == 0 && ring.malformed == 0);
	delete_ring(&ring);
}

static void records_that_wrap_arrive_whole_at_every_offset(void)
{
	for (uint64_t start = 0; start < 2 * RING_SIZE; start += 8) {
		struct harness_ring ring = new_ring(start);
		unsigned char *out = malloc(72);

		put_record(&ring, PERF_RECORD_SAMPLE, 40, 100);
		put_record(&ring, PERF_RECORD_SAMPLE, 32, 200);
		CHECK(harness_ring_drain(&ring, out, 72) == 72);
		for (uint64_t i = 0; i < 4; i++)
			CHECK(word(out, 1 + i) == 100 + i);
		for (uint64_t i = 0; i < 3; i++)
			CHECK(word(out, 6 + i) == 200 + i);
		CHECK(ring.control->data_tail == start + 72);
		CHECK(harness_ring_drain(&ring, out, 72) == 0);
		free(out);
		delete_ring(&ring);
	}
}

static void positions_that_overflow_64_bits_are_only_positions(void)
{
	struct harness_ring ring = new_ring(UINT64_MAX - 15);
	unsigned char out[40];

	put_record(&ring, PERF_RECORD_SAMPLE, 40, 7);
	CHECK(harness_ring_drain(&ring, out, sizeof(out)) == 40);
	CHECK(word(out, 4) == 10);
	CHECK(ring.malformed == 0);
	delete_ring(&ring);
}

static void a_full_ring_is_not_malformed(void)
{
	struct harness_ring ring = new_ring(64);
	unsigned char out[RING_SIZE];

	put_record(&ring, PERF_RECORD_SAMPLE, RING_SIZE / 2, 1);
	put_record(&ring, PERF_RECORD_SAMPLE, RING_SIZE / 2, 2);
	CHECK(harness_ring_drain(&ring, out, sizeof(out)) == RING_SIZE);
	CHECK(ring.malformed == 0);
	delete_ring(&ring);
}

static void lost_records_are_counted_and_not_copied(void)
{
	struct harness_ring ring = new_ring(104);
	uint64_t lost[3] = { 0, 55 /* id */, 1000 };
	uint64_t lost_samples[2] = { 0, 7 };
	struct perf_event_header header = { .type = PERF_RECORD_LOST, .size = sizeof(lost) };
	unsigned char out[64];

	memcpy(lost, &header, sizeof(header));
	header.type = PERF_RECORD_LOST_SAMPLES;
	header.size = sizeof(lost_samples);
	memcpy(lost_samples, &header, sizeof(header));

	put(&ring, lost, sizeof(lost));
	put_record(&ring, PERF_RECORD_SAMPLE, 16, 42);
	put(&ring, lost_samples, sizeof(lost_samples));
	CHECK(harness_ring_drain(&ring, out, sizeof(out)) == 16);
	CHECK(word(out, 1) == 42);
	CHECK(ring.lost == 1007);
	CHECK(ring.control->data_tail == ring.control->data_head);
	delete_ring(&ring);
}

static void a_lost_record_too_short_for_its_number_counts_nothing(void)
{
	struct harness_ring ring = new_ring(120);
	unsigned char out[64];

	put_record(&ring, PERF_RECORD_LOST, 8, 0);
	put_record(&ring, PERF_RECORD_LOST, 16, 99);
	CHECK(harness_ring_drain(&ring, out, sizeof(out)) == 0);
	CHECK(ring.lost == 0 && ring.malformed == 0);
	delete_ring(&ring);
}

static void a_record_that_does_not_fit_waits_for_the_next_call(void)
{
	struct harness_ring ring = new_ring(0);
	unsigned char *out = malloc(48);

	put_record(&ring, PERF_RECORD_SAMPLE, 24, 1);
	put_record(&ring, PERF_RECORD_SAMPLE, 40, 2);
	CHECK(harness_ring_drain(&ring, out, 48) == 24);
	CHECK(harness_ring_drain(&ring, out, 48) == 40);
	CHECK(word(out, 1) == 2);
	free(out);
	delete_ring(&ring);
}

static void a_record_larger_than_the_buffer_is_an_error_and_stays(void)
{
	struct harness_ring ring = new_ring(0);
	unsigned char out[40];

	put_record(&ring, PERF_RECORD_SAMPLE, 40, 1);
	errno = 0;
	CHECK(harness_ring_drain(&ring, out, 32) == -1 && errno == EMSGSIZE);
	CHECK(harness_ring_drain(&ring, out, 40) == 40);
	delete_ring(&ring);
}

static void a_truncated_or_senseless_record_is_skipped_and_counted(void)
{
	/* each: the size a header claims, and the bytes that are really there */
	static const uint16_t cases[][2] = { { 64, 32 }, { 0, 16 }, { 4, 16 }, { 12, 16 }, { 65535, 32 }, { 16, 4 } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct harness_ring ring = new_ring(112);
		struct perf_event_header header = { .type = PERF_RECORD_SAMPLE, .size = cases[i][0] };
		unsigned char bytes[RING_SIZE] = { 0 };
		unsigned char out[64];

		memcpy(bytes, &header, sizeof(header));
		put_record(&ring, PERF_RECORD_SAMPLE, 16, 5);
		put(&ring, bytes, cases[i][1]);
		CHECK(harness_ring_drain(&ring, out, sizeof(out)) == 16);
		CHECK(word(out, 1) == 5);
		CHECK(ring.malformed == 1);
		CHECK(ring.control->data_tail == ring.control->data_head);
		delete_ring(&ring);
	}
}

static void a_head_further_ahead_than_the_ring_is_long_is_skipped(void)
{
	struct harness_ring ring = new_ring(0);
	unsigned char out[64];

	ring.control->data_head = RING_SIZE + 8;
	CHECK(harness_ring_drain(&ring, out, sizeof(out)) == 0);
	CHECK(ring.malformed == 1);
	delete_ring(&ring);
}

int main(void)
{
	empty_ring_gives_nothing();
	records_that_wrap_arrive_whole_at_every_offset();
	positions_that_overflow_64_bits_are_only_positions();
	a_full_ring_is_not_malformed();
	lost_records_are_counted_and_not_copied();
	a_lost_record_too_short_for_its_number_counts_nothing();
	a_record_that_does_not_fit_waits_for_the_next_call();
	a_record_larger_than_the_buffer_is_an_error_and_stays();
	a_truncated_or_senseless_record_is_skipped_and_counted();
	a_head_further_ahead_than_the_ring_is_long_is_skipped();
	if (failures)
		fprintf(stderr, "%d checks failed\n", failures);
	return failures != 0;
}
