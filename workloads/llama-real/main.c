/*
 * llama-real: processes that each decode tokens with llama.cpp from a model of their own. README.md beside this file says what is measured and
 * how.
 */
#include "decoding.h"
#include "handshake.h"
#include "options.h"

#include <inttypes.h>
#include <stdio.h>

int main(int count, char **arguments)
{
	struct options options = options_parse(count, arguments);
	struct processes_work all = { 0 };
	struct processes *processes = processes_run(&decoding, options.processes, &options, options.handshake, &all);

	printf("{\"workload\":\"llama-real\",\"checksum\":\"%016" PRIx64 "\",\"metrics\":{\"elapsed\":%.9f,\"tokens_per_second\":%.6f"
	       ",\"minor_faults\":%" PRIu64 ",\"major_faults\":%" PRIu64 ",\"load_time\":%.2f,\"eval_time\":%.2f}}\n",
	       all.checksum, all.elapsed, (double)(options.processes * options.tokens) / all.elapsed, all.minor_faults, all.major_faults,
	       all.times[LOAD_TIME], all.times[EVAL_TIME]);
	handshake_flush();
	if (options.handshake)
		handshake_await_end();
	processes_end(processes);
	return 0;
}
