/* One touch of a page whose first word is known. */
#ifndef TOUCHING_H
#define TOUCHING_H

#include "memory.h"
#include "stream.h"

#define LINE_BYTES 64
#define LINE_WORDS (LINE_BYTES / sizeof(uint64_t))
#define LINES_FOR_THREADS (PAGE_BYTES / LINE_BYTES - 1)

/*
 * A thread that writes has a word of its own in every page. Line 0 of a page belongs to the first word; the other 63 lines of
 * 64 bytes have 8 words each, so up to 63 threads have a line of their own, and 504 a word of their own.
 */
#define MAX_WRITERS 504u

static inline uint64_t own_word(uint64_t thread)
{
	return (1 + thread % LINES_FOR_THREADS) * LINE_WORDS + thread / LINES_FOR_THREADS;
}

/* Reads the first word of the page and leaves with EXIT_BROKEN unless it is that of page number (from + page) of the seed. */
static inline void touch_read(struct memory memory, uint64_t page, uint64_t seed, uint64_t from)
{
	/* volatile: each touch is one access, never merged with the next one nor left out */
	volatile uint64_t *words = memory.words + page * PAGE_WORDS;
	uint64_t read = words[0];
	uint64_t expected = first_word(seed, from + page);

	if (read != expected)
		memory_corrupted(from + page, read, expected);
}

/* Writes a thread's own word of the page. */
static inline void touch_write(struct memory memory, uint64_t page, uint64_t own, uint64_t value)
{
	volatile uint64_t *words = memory.words + page * PAGE_WORDS;

	words[own] = value;
}

#endif
