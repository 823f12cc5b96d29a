/*
 * zap: memory filled with folios of one size, all mapped by PTEs, is unmapped by one munmap(2). README.md beside this file says what is
 * measured and how.
 */
#include "clock.h"
#include "fail.h"
#include "folios.h"
#include "handshake.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/mman.h>

static void run(const struct options *options)
{
	struct memory memory = folios_map(options, NULL);
	uint64_t sum = memory_checksum(memory, 0);
	uint64_t folios = folios_count(options, memory);

	if (options->handshake)
		handshake_await_go();
	double start = clock_now();
	if (munmap(memory.words, memory.pages * PAGE_BYTES) != 0)
		fail_errno("munmap");
	double elapsed = clock_now() - start;
	printf("{\"workload\":\"zap\",\"checksum\":\"%016" PRIx64 "\",\"metrics\":{\"elapsed\":%.9f,\"folios\":%" PRIu64
	       ",\"ns_per_page\":%.3f,\"pages\":%" PRIu64 "}}\n",
	       sum, elapsed, folios, elapsed * 1e9 / (double)options->pages, options->pages);
	handshake_flush();
	if (options->handshake)
		handshake_await_end();
}

static uint64_t left_to_print;

static void print_page(uint64_t page)
{
	if (left_to_print == 0)
		return;
	left_to_print--;
	printf("0 %" PRIu64 "\n", page);
}

static void trace(const struct options *options)
{
	left_to_print = options->trace;
	memory_unmap(folios_map(options, print_page));
	handshake_flush();
}

int main(int count, char **arguments)
{
	struct options options = options_parse(count, arguments);

	placement_check_room(&options.placement, options.pages);
	if (options.trace > 0)
		trace(&options);
	else
		run(&options);
	return 0;
}
