/* Memory filled with folios of one size, every page mapped by a PTE of its own. */
#ifndef FOLIOS_H
#define FOLIOS_H

#include "memory.h"
#include "options.h"

/* Called with each page when it has been written for the first time. */
typedef void folios_filled(uint64_t page);

/*
 * Maps the pages and writes each once, in order. Leaves with EXIT_CANNOT, naming what to set, when the kernel gives folios of another
 * size: those between 4 KiB and 2 MiB exist since 6.8 and can be counted since 6.10.
 */
struct memory folios_map(const struct options *options, folios_filled *then);

/*
 * How many folios hold the pages. As root each page is looked at: leaves with EXIT_CANNOT when one is not in its place in a folio of the order.
 */
uint64_t folios_count(const struct options *options, struct memory memory);

#endif
