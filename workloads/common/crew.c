#include "crew.h"

#include "clock.h"
#include "cpus.h"
#include "fail.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

struct member {
	struct crew *crew;
	pthread_t thread;
	uint64_t number;
};

struct crew {
	pthread_barrier_t begin; /* the threads and the main one */
	pthread_barrier_t end;
	pthread_barrier_t leave;
	crew_work *work;
	void *shared;
	uint64_t count;
	struct member *members;
};

static void *run(void *argument)
{
	struct member *self = argument;
	struct crew *crew = self->crew;

	pthread_barrier_wait(&crew->begin);
	crew->work(self->number, crew->shared);
	pthread_barrier_wait(&crew->end);
	pthread_barrier_wait(&crew->leave);
	return NULL;
}

struct crew *crew_create(uint64_t threads, uint64_t first_cpu, crew_work *work, void *shared)
{
	struct crew *crew = calloc(1, sizeof(*crew));
	unsigned waiting = (unsigned)threads + 1;

	if (crew == NULL)
		fail_errno("memory for the threads");
	crew->work = work;
	crew->shared = shared;
	crew->count = threads;
	errno = pthread_barrier_init(&crew->begin, NULL, waiting);
	if (errno == 0)
		errno = pthread_barrier_init(&crew->end, NULL, waiting);
	if (errno == 0)
		errno = pthread_barrier_init(&crew->leave, NULL, waiting);
	if (errno != 0)
		fail_errno("pthread_barrier_init");
	crew->members = calloc(threads, sizeof(*crew->members));
	if (crew->members == NULL)
		fail_errno("memory for the threads");
	for (uint64_t i = 0; i < threads; i++) {
		crew->members[i] = (struct member){ .crew = crew, .number = i };
		errno = pthread_create(&crew->members[i].thread, NULL, run, &crew->members[i]);
		if (errno != 0)
			fail_errno("starting thread %u", (unsigned)i);
		cpus_bind_listed(crew->members[i].thread, first_cpu + i);
	}
	return crew;
}

double crew_run(struct crew *crew)
{
	double start = clock_now();

	pthread_barrier_wait(&crew->begin);
	pthread_barrier_wait(&crew->end);
	return clock_now() - start;
}

void crew_destroy(struct crew *crew)
{
	pthread_barrier_wait(&crew->leave);
	for (uint64_t i = 0; i < crew->count; i++)
		pthread_join(crew->members[i].thread, NULL);
	pthread_barrier_destroy(&crew->begin);
	pthread_barrier_destroy(&crew->end);
	pthread_barrier_destroy(&crew->leave);
	free(crew->members);
	free(crew);
}
