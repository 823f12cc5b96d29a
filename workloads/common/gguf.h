/*
 * Model files in GGUF version 3 (ggml's documentation, "GGUF"): architecture llama, no vocabulary, weights in 16-bit floating point that a
 * seed gives. They are as large as is asked to the byte, and every tensor begins on a page.
 */
#ifndef GGUF_H
#define GGUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How a model of some size is cut. The names are llama.cpp's. */
struct gguf_shape {
	uint64_t pages;        /* of 4 KiB, of the whole file */
	uint64_t layers;
	uint64_t embedding;    /* a multiple of 64, the width of a head */
	uint64_t feed_forward;
	uint64_t vocabulary;   /* rows of the embedding, which is the output's too */
	uint64_t seed;         /* of the weights */
};

/*
 * The shape of so many pages and layers, with layers in llama's proportions and what they leave over given to the vocabulary: less than a
 * page and a row of it is padding. Leaves with EXIT_USAGE when the pages are too few.
 */
struct gguf_shape gguf_shape(uint64_t pages, uint64_t layers, uint64_t seed);

/* Bytes of the file's head, a multiple of a page. */
size_t gguf_head_bytes(const struct gguf_shape *shape);

/* Writes the head. `sum` is what the 64-bit words of everything after it add up to; it is kept as the value harness.sum. */
void gguf_head(const struct gguf_shape *shape, uint64_t sum, unsigned char *into);

/* The value harness.sum of a head of that shape. */
uint64_t gguf_sum_of(const struct gguf_shape *shape, const unsigned char *head);

/* Called with the tensors in the order of the file: norms hold 1.0 in 32 bits, all others weights; both fill whole pages. */
typedef void gguf_tensor(bool norm, uint64_t pages, void *shared);

void gguf_tensors(const struct gguf_shape *shape, gguf_tensor *take, void *shared);

#endif
