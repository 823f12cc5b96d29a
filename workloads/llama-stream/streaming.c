#include "streaming.h"

#include "crew.h"
#include "file.h"
#include "layers.h"
#include "options.h"

/* One a process. */
static struct {
	uint64_t number;
	struct file file;
	struct crew *crew;
	_Atomic uint64_t sum;
	struct layer_end end;
} job;

static void stream(uint64_t thread, void *shared)
{
	const struct options *options = shared;
	uint64_t sum = 0;

	for (uint64_t token = 0; token < options->tokens; token++) {
		for (uint64_t layer = 0; layer < options->layers; layer++) {
			uint64_t end = part_start(options, layer, thread + 1);

			for (uint64_t page = part_start(options, layer, thread); page < end; page++)
				sum += file_read_page(options, job.file, job.number, page);
			layer_end_wait(&job.end, options->threads);
		}
	}
	atomic_fetch_add(&job.sum, sum);
}

static void prepare(uint64_t number, void *shared)
{
	const struct options *options = shared;

	job.number = number;
	job.file = file_map(options, number);
	placement_prefer(&options->placement);
	job.crew = crew_create(options->threads, number * options->threads, stream, shared);
}

static void work(uint64_t number, void *shared, struct process_work *done)
{
	const struct options *options = shared;

	(void)number;
	crew_run(job.crew);
	done->sum = atomic_load(&job.sum);
	file_check(options, job.file, done->sum);
}

static void leave(uint64_t number, void *shared)
{
	(void)number;
	(void)shared;
	crew_destroy(job.crew);
}

const struct process_kind streaming = { .prepare = prepare, .work = work, .leave = leave };
