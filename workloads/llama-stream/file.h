/* A process's file, mapped read-only: pages whose words are known, or a model as llama-real runs it. */
#ifndef FILE_H
#define FILE_H

#include "memory.h"
#include "options.h"

struct file {
	struct memory memory;
	uint64_t sum; /* of all words of a model; unused for known pages */
};

/*
 * Makes or, of a model, finds the file of a process, has it on the drive and out of the page cache, and maps it. The name of a file of known
 * pages is gone before its first page is written, so nothing is left behind however the process ends; a model is kept.
 */
struct file file_map(const struct options *options, uint64_t process);

/* Reads every word of the page and returns their sum; leaves with EXIT_BROKEN when it is not that of a known page. */
uint64_t file_read_page(const struct options *options, struct file file, uint64_t process, uint64_t page);

/* Leaves with EXIT_BROKEN when that is not the sum of all words of a model, read once a token. */
void file_check(const struct options *options, struct file file, uint64_t sum);

#endif
