#include "parts.h"

#include "fail.h"
#include "nodes.h"

#include <errno.h>

static uint64_t pages_of(uint64_t bytes)
{
	return (bytes + PAGE_BYTES - 1) / PAGE_BYTES;
}

void parts_check_nodes(const struct options *options)
{
	uint64_t hot = pages_of(options->hot);
	uint64_t cold = pages_of(options->cold);

	nodes_check(options->fast);
	nodes_check(options->slow);
	nodes_check_room(options->slow, hot);
	uint64_t rest = nodes_room(options->slow) - hot;
	uint64_t fast = options->fast == options->slow ? 0 : nodes_room(options->fast);
	if (fast < cold && rest < cold - fast) {
		errno = ENOMEM;
		fail_errno("the cold part is %llu pages; node %llu and node %llu beside the hot part have room for %llu", (unsigned long long)cold,
			   (unsigned long long)options->fast, (unsigned long long)options->slow, (unsigned long long)(fast + rest));
	}
}

struct parts parts_set_up(const struct options *options)
{
	struct parts parts = { .hot = memory_map(pages_of(options->hot)), .cold = memory_map(pages_of(options->cold)) };

	memory_bind(parts.hot, options->slow);
	memory_fill(parts.hot, options->seed, 0);
	memory_unbind(parts.hot);
	memory_fill(parts.cold, options->seed, parts.hot.pages);
	return parts;
}

void parts_unmap(struct parts parts)
{
	memory_unmap(parts.hot);
	memory_unmap(parts.cold);
}
