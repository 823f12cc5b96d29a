/*
 * llama-stream: processes that each map a file of their own read-only and stream it once a token, layer by layer. README.md beside this file
 * says what is measured and how.
 */
#include "clock.h"
#include "fail.h"
#include "file.h"
#include "handshake.h"
#include "layers.h"
#include "process.h"
#include "stream.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static void run(const struct options *options)
{
	struct process *processes = calloc(options->processes, sizeof(*processes));
	struct streamed all = { 0 };

	if (processes == NULL)
		fail_errno("memory for the processes");
	/* a process that has died is named by what it said, not by a signal to this one */
	signal(SIGPIPE, SIG_IGN);
	/* one after the other: what one cannot do all cannot, and one line says so */
	for (uint64_t i = 0; i < options->processes; i++) {
		processes[i] = process_start(options, i);
		process_await_ready(processes[i]);
	}
	if (options->handshake)
		handshake_await_go();
	double start = clock_now();
	for (uint64_t i = 0; i < options->processes; i++)
		process_go(processes[i]);
	for (uint64_t i = 0; i < options->processes; i++) {
		struct streamed one = process_await_end(processes[i]);

		all.sum = stream_mix(all.sum ^ one.sum);
		all.minor_faults += one.minor_faults;
		all.major_faults += one.major_faults;
	}
	double elapsed = clock_now() - start;
	printf("{\"workload\":\"llama-stream\",\"checksum\":\"%016" PRIx64 "\",\"metrics\":{\"elapsed\":%.9f,\"tokens_per_second\":%.6f"
	       ",\"minor_faults\":%" PRIu64 ",\"major_faults\":%" PRIu64 ",\"pages\":%" PRIu64 "}}\n",
	       all.sum, elapsed, (double)(options->processes * options->tokens) / elapsed, all.minor_faults, all.major_faults, options->pages);
	handshake_flush();
	if (options->handshake)
		handshake_await_end();
	for (uint64_t i = 0; i < options->processes; i++)
		process_end(processes[i]);
	free(processes);
}

static void trace_thread(const struct options *options, struct memory file, uint64_t process, uint64_t thread)
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
		struct memory file = file_map(options, process);

		for (uint64_t thread = 0; thread < options->threads; thread++)
			trace_thread(options, file, process, thread);
		memory_unmap(file);
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
