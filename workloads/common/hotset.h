/* Random pages of which the first ones take more of the touches than is their share. */
#ifndef HOTSET_H
#define HOTSET_H

#include "stream.h"

#include <stdbool.h>

struct hot_set {
	uint64_t pages;   /* percent of the pages that are hot; at least one page is, and with 100 the touches are uniform */
	uint64_t touches; /* percent of the touches that go to them */
};

/* Whether something of so many percent happens, by 16 bits of a draw's low half: those from bit `shift` on, 0 or 16. */
static inline bool stream_happens(uint64_t draw, unsigned shift, uint64_t percent)
{
	return ((draw >> shift) & 0xFFFF) * 100 >> 16 < percent;
}

/* The page that a draw chooses: bits 16 to 31 whether it is a hot one, the high half which. */
static inline uint64_t hot_page(struct hot_set set, uint64_t draw, uint64_t pages)
{
	uint64_t hot = pages * set.pages / 100;

	if (hot == 0)
		hot = 1;
	if (hot == pages || stream_happens(draw, 16, set.touches))
		return stream_page_of(draw, hot);
	return hot + stream_page_of(draw, pages - hot);
}

#endif
