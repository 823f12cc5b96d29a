/* Model files on a drive, made once and kept. */
#ifndef MODEL_FILE_H
#define MODEL_FILE_H

#include <limits.h>
#include <stdint.h>

struct model_file {
	char path[PATH_MAX];
	uint64_t vocabulary; /* tokens are numbers below it */
	uint64_t sum;        /* of all its 64-bit words */
};

/*
 * The file DIR/harness-model-NUMBER.gguf of so many pages and layers (gguf.h); its number is the seed of its weights. One of another shape
 * that is there under that name is replaced, one of this shape kept. On return none of it is dirty and none, as far as nobody maps it, in the
 * page cache. Leaves with EXIT_CANNOT when it cannot be had.
 */
struct model_file model_file(const char *dir, uint64_t number, uint64_t pages, uint64_t layers);

/* Drops the file from the page cache; what is mapped stays. */
void model_file_drop(const struct model_file *file);

#endif
