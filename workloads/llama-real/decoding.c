#include "decoding.h"

#include "fail.h"
#include "library.h"
#include "model_file.h"
#include "options.h"
#include "stream.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

/* One a process. */
static struct {
	struct library library;
	struct model_file file;
	struct llama_model *model;
	struct llama_context *context;
	struct ggml_threadpool *pool;
} job;

static bool timings; /* the library's timings are wanted on standard error; before them only what it warns of */

static void log_line(int level, const char *text, void *shared)
{
	static bool shown;

	(void)shared;
	if (level != LLAMA_LOG_CONTINUED)
		shown = timings || level >= LLAMA_LOG_WARN;
	if (shown)
		fputs(text, stderr);
}

/*
 * Loading maps every page of the model at once (MAP_POPULATE). The measured part is to begin as that of llama-stream does, with nothing in the page
 * cache, and a page that is mapped cannot be dropped from it: so the pages, not the mapping, are given up. They come back from the file.
 */
static void unmap_pages(const char *path)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[PATH_MAX + 128];
	bool found = false;

	if (maps == NULL)
		fail_errno("/proc/self/maps");
	while (fgets(line, sizeof(line), maps) != NULL) {
		uintptr_t start;
		uintptr_t end;

		line[strcspn(line, "\n")] = '\0';
		const char *name = strchr(line, '/');
		if (name == NULL || strcmp(name, path) != 0)
			continue;
		if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR, &start, &end) != 2 || madvise((void *)start, end - start, MADV_DONTNEED) != 0)
			fail_errno("madvise(MADV_DONTNEED) of %.200s", path);
		found = true;
	}
	fclose(maps);
	if (!found)
		fail(EXIT_BROKEN, "llama.cpp has not mapped %.300s", path);
}

static void prepare(uint64_t number, void *shared)
{
	const struct options *options = shared;

	job.file = model_file(options->dir, number, options->pages, options->layers);
	job.library = library_load(log_line);
	job.model = job.library.model_load_from_file(job.file.path, job.library.model_default_params());
	if (job.model == NULL)
		fail(EXIT_BROKEN, "llama.cpp does not load %.300s", job.file.path);
	struct llama_context_params params = job.library.context_default_params();
	params.no_perf = false;
	job.context = job.library.init_from_model(job.model, params);
	if (job.context == NULL)
		fail(EXIT_CANNOT, "llama.cpp makes no context of %.300s", job.file.path);
	/* as its own programs do: threads of a pool live as long as the context, else each pass would create and end them */
	struct ggml_threadpool_params pool = job.library.threadpool_params_default((int)options->threads);
	job.pool = job.library.threadpool_new(&pool);
	if (job.pool == NULL)
		fail(EXIT_CANNOT, "llama.cpp makes no pool of %u threads", (unsigned)options->threads);
	job.library.attach_threadpool(job.context, job.pool, job.pool);
	job.library.set_n_threads(job.context, (int32_t)options->threads, (int32_t)options->threads);
	unmap_pages(job.file.path);
	model_file_drop(&job.file);
}

static uint64_t logits_sum(uint64_t sum)
{
	const float *logits = job.library.get_logits_ith(job.context, -1);

	if (logits == NULL)
		fail(EXIT_BROKEN, "llama.cpp has no logits");
	for (uint64_t i = 0; i < job.file.vocabulary; i++) {
		uint32_t bits;

		if (!isfinite(logits[i]))
			fail(EXIT_BROKEN, "a logit is not finite");
		memcpy(&bits, &logits[i], sizeof(bits));
		sum = stream_mix(sum ^ bits);
	}
	return sum;
}

static void work(uint64_t number, void *shared, struct process_work *done)
{
	const struct options *options = shared;
	uint64_t state = stream_start(options->seed, number);
	uint32_t room = job.library.n_ctx(job.context);

	job.library.perf_context_reset(job.context);
	for (uint64_t pass = 0; pass < options->tokens; pass++) {
		int32_t token = (int32_t)stream_page(&state, job.file.vocabulary);

		if (pass > 0 && pass % room == 0)
			job.library.memory_clear(job.library.get_memory(job.context), false);
		if (job.library.decode(job.context, job.library.batch_get_one(&token, 1)) != 0)
			fail(EXIT_BROKEN, "llama.cpp does not decode token %llu", (unsigned long long)pass);
		done->sum = logits_sum(done->sum);
	}
	struct llama_perf_context_data perf = job.library.perf_context(job.context);
	done->times[LOAD_TIME] = perf.t_load_ms;
	done->times[EVAL_TIME] = perf.t_eval_ms;
}

static void leave(uint64_t number, void *shared)
{
	(void)number;
	(void)shared;
	timings = true;
	job.library.perf_context_print(job.context);
	job.library.free(job.context);
	job.library.threadpool_free(job.pool);
	job.library.model_free(job.model);
}

const struct process_kind decoding = { .prepare = prepare, .work = work, .leave = leave };
