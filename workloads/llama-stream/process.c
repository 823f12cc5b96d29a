#include "process.h"

#include "crew.h"
#include "fail.h"
#include "file.h"
#include "layers.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

struct job {
	const struct options *options;
	uint64_t number;
	struct memory file;
	_Atomic uint64_t sum;
	struct layer_end end;
};

static void work(uint64_t thread, void *shared)
{
	struct job *job = shared;
	const struct options *options = job->options;
	uint64_t sum = 0;

	for (uint64_t token = 0; token < options->tokens; token++) {
		for (uint64_t layer = 0; layer < options->layers; layer++) {
			uint64_t end = part_start(options, layer, thread + 1);

			for (uint64_t page = part_start(options, layer, thread); page < end; page++)
				sum += file_read_page(options, job->file, job->number, page);
			layer_end_wait(&job->end, options->threads);
		}
	}
	atomic_fetch_add(&job->sum, sum);
}

/* All of it, or false at the end of the pipe. */
static bool take(int from, void *into, size_t length)
{
	for (size_t at = 0; at < length;) {
		ssize_t got = read(from, (char *)into + at, length - at);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		at += (size_t)got;
	}
	return true;
}

static void give(int to, const void *what, size_t length)
{
	/* shorter than PIPE_BUF, so it goes whole or not at all */
	if (write(to, what, length) != (ssize_t)length)
		fail_errno("a pipe between the processes");
}

static _Noreturn void serve(const struct options *options, uint64_t number, int go, int answers)
{
	static struct job job;
	struct rusage before;
	struct rusage after;
	char byte = 0;

	job.options = options;
	job.number = number;
	job.file = file_map(options, number);
	placement_prefer(&options->placement);
	struct crew *crew = crew_create(options->threads, number * options->threads, work, &job);
	give(answers, &byte, 1);
	if (!take(go, &byte, 1))
		_exit(EXIT_BROKEN);
	getrusage(RUSAGE_SELF, &before);
	crew_run(crew);
	getrusage(RUSAGE_SELF, &after);
	struct streamed streamed = {
		.sum = atomic_load(&job.sum),
		.minor_faults = (uint64_t)(after.ru_minflt - before.ru_minflt),
		.major_faults = (uint64_t)(after.ru_majflt - before.ru_majflt),
	};
	give(answers, &streamed, sizeof(streamed));
	take(go, &byte, 1);
	crew_destroy(crew);
	_exit(0);
}

struct process process_start(const struct options *options, uint64_t number)
{
	pid_t parent = getpid();
	int go[2];
	int answers[2];

	if (pipe(go) != 0 || pipe(answers) != 0)
		fail_errno("pipes to a process");
	pid_t id = fork();
	if (id < 0)
		fail_errno("starting process %u", (unsigned)number);
	if (id == 0) {
		if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
			fail_errno("prctl(PR_SET_PDEATHSIG)");
		if (getppid() != parent)
			_exit(EXIT_BROKEN);
		close(go[1]);
		close(answers[0]);
		serve(options, number, go[0], answers[1]);
	}
	close(go[0]);
	close(answers[1]);
	return (struct process){ .id = id, .go = go[1], .answers = answers[0] };
}

/* It has said why on standard error, unless it was killed. */
static _Noreturn void leave_as(struct process process)
{
	int status;

	while (waitpid(process.id, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFSIGNALED(status))
		fail(EXIT_BROKEN, "a streaming process was killed by signal %d", WTERMSIG(status));
	_exit(WIFEXITED(status) && WEXITSTATUS(status) != 0 ? WEXITSTATUS(status) : EXIT_BROKEN);
}

void process_await_ready(struct process process)
{
	char byte;

	if (!take(process.answers, &byte, 1))
		leave_as(process);
}

void process_go(struct process process)
{
	char byte = 0;

	give(process.go, &byte, 1);
}

struct streamed process_await_end(struct process process)
{
	struct streamed streamed;

	if (!take(process.answers, &streamed, sizeof(streamed)))
		leave_as(process);
	return streamed;
}

void process_end(struct process process)
{
	/* a byte, not the pipe's end: processes started later hold the other end too */
	process_go(process);
	while (waitpid(process.id, NULL, 0) < 0 && errno == EINTR)
		;
}
