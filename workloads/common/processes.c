#include "processes.h"

#include "clock.h"
#include "fail.h"
#include "handshake.h"
#include "stream.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

struct process {
	pid_t id;
	int go;      /* a byte lets it begin, another lets it leave */
	int answers; /* a byte when it is ready, then struct answer */
};

struct processes {
	uint64_t count;
	struct process one[];
};

struct answer {
	struct process_work work;
	uint64_t minor_faults;
	uint64_t major_faults;
};

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

static _Noreturn void serve(const struct process_kind *kind, uint64_t number, void *shared, int go, int answers)
{
	struct answer answer = { 0 };
	struct rusage before;
	struct rusage after;
	char byte = 0;

	kind->prepare(number, shared);
	give(answers, &byte, 1);
	if (!take(go, &byte, 1))
		_exit(EXIT_BROKEN);
	getrusage(RUSAGE_SELF, &before);
	kind->work(number, shared, &answer.work);
	getrusage(RUSAGE_SELF, &after);
	answer.minor_faults = (uint64_t)(after.ru_minflt - before.ru_minflt);
	answer.major_faults = (uint64_t)(after.ru_majflt - before.ru_majflt);
	give(answers, &answer, sizeof(answer));
	take(go, &byte, 1);
	kind->leave(number, shared);
	_exit(0);
}

/* Starts the process of that number; it dies with its parent. */
static struct process start(const struct process_kind *kind, uint64_t number, void *shared)
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
		serve(kind, number, shared, go[0], answers[1]);
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
		fail(EXIT_BROKEN, "a process of the work was killed by signal %d", WTERMSIG(status));
	_exit(WIFEXITED(status) && WEXITSTATUS(status) != 0 ? WEXITSTATUS(status) : EXIT_BROKEN);
}

static void let_go(struct process process)
{
	char byte = 0;

	give(process.go, &byte, 1);
}

static void add(struct processes_work *all, const struct answer *answer)
{
	all->checksum = stream_mix(all->checksum ^ answer->work.sum);
	all->minor_faults += answer->minor_faults;
	all->major_faults += answer->major_faults;
	for (unsigned i = 0; i < PROCESS_TIMES; i++)
		all->times[i] += answer->work.times[i];
}

struct processes *processes_run(const struct process_kind *kind, uint64_t count, void *shared, bool handshake, struct processes_work *all)
{
	struct processes *processes = calloc(1, sizeof(*processes) + count * sizeof(processes->one[0]));

	if (processes == NULL)
		fail_errno("memory for the processes");
	processes->count = count;
	/* a process that has died is named by what it said, not by a signal to this one */
	signal(SIGPIPE, SIG_IGN);
	/* one after the other: what one cannot do all cannot, and one line says so */
	for (uint64_t i = 0; i < count; i++) {
		char byte;

		processes->one[i] = start(kind, i, shared);
		if (!take(processes->one[i].answers, &byte, 1))
			leave_as(processes->one[i]);
	}
	if (handshake)
		handshake_await_go();
	double begin = clock_now();
	for (uint64_t i = 0; i < count; i++)
		let_go(processes->one[i]);
	for (uint64_t i = 0; i < count; i++) {
		struct answer answer;

		if (!take(processes->one[i].answers, &answer, sizeof(answer)))
			leave_as(processes->one[i]);
		add(all, &answer);
	}
	all->elapsed = clock_now() - begin;
	return processes;
}

void processes_end(struct processes *processes)
{
	for (uint64_t i = 0; i < processes->count; i++) {
		/* a byte, not the pipe's end: processes started later hold the other end too */
		let_go(processes->one[i]);
		while (waitpid(processes->one[i].id, NULL, 0) < 0 && errno == EINTR)
			;
	}
	free(processes);
}
