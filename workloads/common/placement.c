#include "placement.h"

#include "arguments.h"
#include "cpus.h"
#include "fail.h"
#include "nodes.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAX_SHARE UINT64_C(10000) /* assumed: a hundred times the memory there is */

/* From the kernel's user interface (linux/mempolicy.h), which need not be installed where this is built. */
enum { MODE_PREFERRED = 1 };

struct placement placement_default(void)
{
	return (struct placement){ .share_of = ANY_NODE, .node = ANY_NODE, .huge = HUGE_NEVER };
}

static uint64_t node_of(const char *name, const char *text)
{
	return strcmp(text, "any") == 0 ? ANY_NODE : argument_number(name, text, 0, MAX_NODES - 1);
}

static enum huge huge_of(const char *text)
{
	static const char *const words[] = { [HUGE_NEVER] = "never", [HUGE_ADVISE] = "advise", [HUGE_SYSTEM] = "system" };

	for (enum huge huge = HUGE_NEVER; huge <= HUGE_SYSTEM; huge++) {
		if (strcmp(text, words[huge]) == 0)
			return huge;
	}
	fail(EXIT_USAGE, "--huge=%.40s is none of never, advise, system", text);
}

bool placement_take(struct placement *placement, const char *argument, unsigned kinds)
{
	const char *text;

	if ((text = argument_value(argument, "share")) != NULL)
		placement->share = argument_number("share", text, 0, MAX_SHARE);
	else if ((text = argument_value(argument, "share-of")) != NULL)
		placement->share_of = node_of("share-of", text);
	else if ((text = argument_value(argument, "cpus")) != NULL)
		cpus_confine(text);
	else if ((kinds & PLACE_NODE) && (text = argument_value(argument, "node")) != NULL)
		placement->node = node_of("node", text);
	else if ((kinds & PLACE_HUGE) && (text = argument_value(argument, "huge")) != NULL)
		placement->huge = huge_of(text);
	else
		return false;
	return true;
}

uint64_t placement_pages(const struct placement *placement, uint64_t given, uint64_t parts, uint64_t most)
{
	if (placement->share == 0)
		return given;
	uint64_t total = placement->share_of == ANY_NODE ? nodes_size_together() : nodes_size(placement->share_of);
	uint64_t pages = total / 100 * placement->share / parts;
	if (pages < 1 || pages > most)
		fail(EXIT_USAGE, "--share=%llu makes %llu pages; 1 to %llu can be taken", (unsigned long long)placement->share,
		     (unsigned long long)pages, (unsigned long long)most);
	return pages;
}

void placement_check_room(const struct placement *placement, uint64_t pages)
{
	if (placement->node == ANY_NODE) {
		nodes_check_room_anywhere(pages);
		return;
	}
	nodes_check(placement->node);
	nodes_check_room(placement->node, pages);
}

struct memory placement_filled(const struct placement *placement, uint64_t pages, uint64_t seed)
{
	placement_check_room(placement, pages);
	struct memory memory = placement->huge == HUGE_NEVER ? memory_map(pages) : memory_map_aligned(pages);
	if (placement->huge == HUGE_ADVISE && madvise(memory.words, pages * PAGE_BYTES, MADV_HUGEPAGE) != 0)
		fail_errno("madvise(MADV_HUGEPAGE)");
	if (placement->node != ANY_NODE)
		memory_bind(memory, placement->node);
	memory_fill(memory, seed, 0);
	if (placement->node != ANY_NODE)
		memory_unbind(memory);
	return memory;
}

void placement_prefer(const struct placement *placement)
{
	if (placement->node == ANY_NODE)
		return;
	nodes_check(placement->node);
	struct node_set only = nodes_only(placement->node);
	if (syscall(SYS_set_mempolicy, MODE_PREFERRED, only.bits, (unsigned long)MAX_NODES) != 0)
		fail_errno("set_mempolicy for node %llu", (unsigned long long)placement->node);
}
