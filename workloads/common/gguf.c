#include "gguf.h"

#include "fail.h"
#include "memory.h"

#include <stdio.h>
#include <string.h>

#define MAGIC "GGUF"
#define VERSION 3

/* Types of values and of tensors, as the format numbers them. */
enum value_type { VALUE_UINT32 = 4, VALUE_FLOAT32 = 6, VALUE_STRING = 8, VALUE_UINT64 = 10 };
enum tensor_type { TENSOR_F32 = 0, TENSOR_F16 = 1 };

#define HEAD_WIDTH 64        /* of attention; assumed: llama's smaller models have 64, the larger 128 */
#define FEED_STEP 32         /* a multiple of what a CPU multiplies at once */
#define LEAST_ROWS 64        /* of the vocabulary */
#define CONTEXT 512          /* what a context holds by default */
#define TENSORS_OF_LAYER 9
#define VALUES 14
#define SUM_KEY "harness.sum"

/* Where bytes go; with no place for them they are only counted. */
struct out {
	unsigned char *into;
	size_t length;
};

static uint64_t pages_of(uint64_t bytes)
{
	return (bytes + PAGE_BYTES - 1) / PAGE_BYTES;
}

static void put(struct out *out, const void *bytes, size_t length)
{
	if (out->into != NULL)
		memcpy(out->into + out->length, bytes, length);
	out->length += length;
}

/* x86-64 has the byte order of the format */
static void put_32(struct out *out, uint32_t value)
{
	put(out, &value, sizeof(value));
}

static void put_64(struct out *out, uint64_t value)
{
	put(out, &value, sizeof(value));
}

static void put_text(struct out *out, const char *text)
{
	put_64(out, strlen(text));
	put(out, text, strlen(text));
}

static void put_number(struct out *out, const char *key, uint64_t value)
{
	put_text(out, key);
	put_32(out, VALUE_UINT32);
	put_32(out, (uint32_t)value);
}

static void put_word(struct out *out, const char *key, const char *value)
{
	put_text(out, key);
	put_32(out, VALUE_STRING);
	put_text(out, value);
}

static void put_long(struct out *out, const char *key, uint64_t value)
{
	put_text(out, key);
	put_32(out, VALUE_UINT64);
	put_64(out, value);
}

static void put_epsilon(struct out *out)
{
	float epsilon = 1e-5f; /* llama's */

	put_text(out, "llama.attention.layer_norm_rms_epsilon");
	put_32(out, VALUE_FLOAT32);
	put(out, &epsilon, sizeof(epsilon));
}

/* A tensor as the head and the data have it: rows of so many values. */
struct tensor {
	const char *name;
	uint64_t width;
	uint64_t rows; /* 0: a norm, one row of 32-bit values */
};

static uint64_t tensor_pages(const struct tensor *tensor)
{
	return tensor->rows == 0 ? pages_of(4 * tensor->width) : pages_of(2 * tensor->width * tensor->rows);
}

typedef void each_tensor(const struct tensor *tensor, void *shared);

static void tensors(const struct gguf_shape *shape, each_tensor *take, void *shared)
{
	uint64_t width = shape->embedding;
	uint64_t feed = shape->feed_forward;
	const struct tensor of_layer[TENSORS_OF_LAYER] = {
		{ "attn_norm", width, 0 },   { "attn_q", width, width },    { "attn_k", width, width },
		{ "attn_v", width, width },  { "attn_output", width, width }, { "ffn_norm", width, 0 },
		{ "ffn_gate", width, feed }, { "ffn_up", width, feed },     { "ffn_down", feed, width },
	};

	take(&(struct tensor){ "token_embd.weight", width, shape->vocabulary }, shared);
	for (uint64_t layer = 0; layer < shape->layers; layer++) {
		for (unsigned i = 0; i < TENSORS_OF_LAYER; i++) {
			struct tensor tensor = of_layer[i];
			char name[64];

			snprintf(name, sizeof(name), "blk.%llu.%s.weight", (unsigned long long)layer, tensor.name);
			tensor.name = name;
			take(&tensor, shared);
		}
	}
	take(&(struct tensor){ "output_norm.weight", width, 0 }, shared);
}

static void add_pages(const struct tensor *tensor, void *shared)
{
	*(uint64_t *)shared += tensor_pages(tensor);
}

struct place {
	struct out *out;
	uint64_t offset;
};

static void describe(const struct tensor *tensor, void *shared)
{
	struct place *place = shared;
	int norm = tensor->rows == 0;

	put_text(place->out, tensor->name);
	put_32(place->out, norm ? 1 : 2);
	put_64(place->out, tensor->width);
	if (!norm)
		put_64(place->out, tensor->rows);
	put_32(place->out, norm ? TENSOR_F32 : TENSOR_F16);
	put_64(place->out, place->offset);
	place->offset += tensor_pages(tensor) * PAGE_BYTES;
}

/* The head; returns where in it the value of SUM_KEY stands. */
static size_t put_head(struct out *out, const struct gguf_shape *shape, uint64_t sum)
{
	put(out, MAGIC, 4);
	put_32(out, VERSION);
	put_64(out, shape->layers * TENSORS_OF_LAYER + 2);
	put_64(out, VALUES);
	put_word(out, "general.architecture", "llama");
	put_number(out, "general.alignment", PAGE_BYTES);
	put_number(out, "general.file_type", TENSOR_F16);
	put_number(out, "llama.context_length", CONTEXT);
	put_number(out, "llama.embedding_length", shape->embedding);
	put_number(out, "llama.block_count", shape->layers);
	put_number(out, "llama.feed_forward_length", shape->feed_forward);
	put_number(out, "llama.attention.head_count", shape->embedding / HEAD_WIDTH);
	put_number(out, "llama.rope.dimension_count", HEAD_WIDTH);
	put_epsilon(out);
	put_number(out, "llama.vocab_size", shape->vocabulary);
	put_word(out, "tokenizer.ggml.model", "no_vocab");
	put_long(out, "harness.seed", shape->seed);
	put_long(out, SUM_KEY, sum);
	size_t where = out->length - sizeof(sum);
	struct place place = { .out = out };
	tensors(shape, describe, &place);
	return where;
}

size_t gguf_head_bytes(const struct gguf_shape *shape)
{
	struct out out = { 0 };

	put_head(&out, shape, 0);
	return pages_of(out.length) * PAGE_BYTES;
}

void gguf_head(const struct gguf_shape *shape, uint64_t sum, unsigned char *into)
{
	struct out out = { .into = into };

	memset(into, 0, gguf_head_bytes(shape));
	put_head(&out, shape, sum);
}

uint64_t gguf_sum_of(const struct gguf_shape *shape, const unsigned char *head)
{
	struct out out = { 0 };
	size_t where = put_head(&out, shape, 0);
	uint64_t sum;

	memcpy(&sum, head + where, sizeof(sum));
	return sum;
}

/* Pages of the head and all tensors. */
static uint64_t whole(const struct gguf_shape *shape)
{
	uint64_t pages = gguf_head_bytes(shape) / PAGE_BYTES;

	tensors(shape, add_pages, &pages);
	return pages;
}

struct gguf_shape gguf_shape(uint64_t pages, uint64_t layers, uint64_t seed)
{
	struct gguf_shape shape = {
		.pages = pages, .layers = layers, .embedding = HEAD_WIDTH, .feed_forward = FEED_STEP, .vocabulary = LEAST_ROWS, .seed = seed,
	};
	uint64_t least = whole(&shape);

	if (least > pages)
		fail(EXIT_USAGE, "--pages=%llu are too few for a model of --layers=%llu; give at least %llu", (unsigned long long)pages,
		     (unsigned long long)layers, (unsigned long long)least);
	/* llama's feed-forward network is about 8/3 of the embedding wide, so a layer has 4 + 3 * 8/3 squares of it, of 2 bytes a value */
	while (shape.embedding + HEAD_WIDTH < UINT64_C(1) << 20) {
		struct gguf_shape wider = shape;

		wider.embedding += HEAD_WIDTH;
		wider.feed_forward = wider.embedding * 8 / 3 / FEED_STEP * FEED_STEP;
		if (whole(&wider) > pages)
			break;
		shape = wider;
	}
	/* what the layers leave over goes to the feed-forward networks, and what those leave over to the vocabulary */
	for (uint64_t step = UINT64_C(1) << 20; step >= FEED_STEP; step /= 2) {
		struct gguf_shape larger = shape;

		larger.feed_forward += step;
		if (whole(&larger) <= pages)
			shape = larger;
	}
	shape.vocabulary += (pages - whole(&shape)) * PAGE_BYTES / (2 * shape.embedding);
	return shape;
}

struct taker {
	gguf_tensor *take;
	void *shared;
};

static void hand_on(const struct tensor *tensor, void *shared)
{
	struct taker *taker = shared;

	taker->take(tensor->rows == 0, tensor_pages(tensor), taker->shared);
}

void gguf_tensors(const struct gguf_shape *shape, gguf_tensor *take, void *shared)
{
	struct taker taker = { .take = take, .shared = shared };

	tensors(shape, hand_on, &taker);
}
