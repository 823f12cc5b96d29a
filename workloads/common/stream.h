/*
 * The numbers everything follows from. All of them are SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom
 * number generators, OOPSLA 2014), so that any other program can produce the same page order from the same seed.
 */
#ifndef STREAM_H
#define STREAM_H

#include <stdint.h>

#define STREAM_STEP UINT64_C(0x9E3779B97F4A7C15)

static inline uint64_t stream_mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

/*
 * State of thread's stream before its first touch. Mixed, since states a multiple of the step apart would be one sequence, each
 * thread a touch ahead of the last.
 */
static inline uint64_t stream_start(uint64_t seed, uint64_t thread)
{
	return stream_mix(seed + (thread + 1) * STREAM_STEP);
}

/* The next 64 random bits of a stream. */
static inline uint64_t stream_draw(uint64_t *state)
{
	*state += STREAM_STEP;
	return stream_mix(*state);
}

/* The page that the high half of a draw chooses, in [0, pages); pages is at most 2^32. */
static inline uint64_t stream_page_of(uint64_t draw, uint64_t pages)
{
	return ((draw >> 32) * pages) >> 32;
}

/* The next page of a stream. */
static inline uint64_t stream_page(uint64_t *state, uint64_t pages)
{
	return stream_page_of(stream_draw(state), pages);
}

/* What the first word of a page holds from set-up to the end. */
static inline uint64_t first_word(uint64_t seed, uint64_t page)
{
	return stream_mix(~seed + (page + 1) * STREAM_STEP);
}

#endif
