/*
 * llama-stream: processes that each map a file of their own read-only and stream it once a token, layer by layer. README.md beside this file
 * says what is measured and how.
 */
#include "file.h"
#include "handshake.h"
#include "layers.h"
#include "streaming.h"

#include <inttypes.h>
#include <stdio.h>

static void run(struct options *options)
{
	struct processes_work all = { 0 };
	struct processes *processes = processes_run(&streaming, options->processes, options, options->handshake, &all);

	printf("{\"workload\":\"llama-stream\",\"checksum\":\"%016" PRIx64 "\",\"metrics\":{\"elapsed\":%.9f,\"tokens_per_second\":%.6f"
	       ",\"minor_faults\":%" PRIu64 ",\"major_faults\":%" PRIu64 ",\"pages\":%" PRIu64 "}}\n",
	       all.checksum, all.elapsed, (double)(options->processes * options->tokens) / all.elapsed, all.minor_faults, all.major_faults,
	       options->pages);
	handshake_flush();
	if (options->handshake)
		handshake_await_end();
	processes_end(processes);
}

static void trace_thread(const struct options *options, struct file file, uint64_t process, uint64_t thread)
{
	uint64_t touches = 0;

	for (uint64_t token = 0; token < options->tokens; token++) {
		for (uint64_t layer = 0; layer < options->layers; layer++) {
			uint64_t end = part_start(options, layer, thread + 1);

			for (uint64_t page = part_start(options, layer, thread); page < end; page++) {
				if (touches++ == options->trace)
					return;
				file_read_page(options, file, process, page);
				printf("%" PRIu64 " %" PRIu64 " %" PRIu64 "\n", process, thread, page);
			}
		}
	}
}

static void trace(const struct options *options)
{
	for (uint64_t process = 0; process < options->processes; process++) {
		struct file file = file_map(options, process);

		for (uint64_t thread = 0; thread < options->threads; thread++)
			trace_thread(options, file, process, thread);
		memory_unmap(file.memory);
	}
	handshake_flush();
}

int main(int count, char **arguments)
{
	struct options options = options_parse(count, arguments);

	if (options.trace > 0)
		trace(&options);
	else
		run(&options);
	return 0;
}
