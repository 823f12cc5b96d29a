/*
 * llama.cpp's C API, as much of it as is used, loaded at run time from the folder llama-cpp beside this program. The layouts are those of
 * the release named in library.c and of no other.
 */
#ifndef LIBRARY_H
#define LIBRARY_H

#include <stdbool.h>
#include <stdint.h>

struct llama_model;
struct llama_context;
struct ggml_threadpool;
struct ggml_backend_reg;
typedef struct llama_memory *llama_memory_t;

/*
 * The library gives these by value and takes them back by value, as its last argument. By the x86-64 calling convention a struct of more than 16
 * bytes lies in memory, where the caller says or at the end of the arguments: a room larger than the library's own struct is then as good.
 */
struct llama_model_params {
	uint64_t room[32];
};

struct llama_context_params {
	uint32_t n_ctx;
	unsigned char unused[126];
	bool no_perf; /* no timings */
	unsigned char rest[125];
};

struct ggml_threadpool_params {
	uint64_t room[128];
};

struct llama_batch {
	int32_t n_tokens;
	int32_t *token;
	float *embd;
	int32_t *pos;
	int32_t *n_seq_id;
	int32_t **seq_id;
	int8_t *logits;
};

struct llama_perf_context_data {
	double t_start_ms;
	double t_load_ms;
	double t_p_eval_ms;
	double t_eval_ms;
	int32_t n_p_eval;
	int32_t n_eval;
	int32_t n_reused;
};

/* A line of the library's log. */
typedef void llama_log_line(int level, const char *text, void *shared);

#define LLAMA_LOG_WARN 3
#define LLAMA_LOG_CONTINUED 5

struct library {
	void (*log_set)(llama_log_line *log, void *shared);
	void (*load_all_from_path)(const char *folder);
	struct ggml_backend_reg *(*reg_by_name)(const char *name);
	void *(*reg_get_proc_address)(struct ggml_backend_reg *reg, const char *name);
	struct llama_model_params (*model_default_params)(void);
	struct llama_model *(*model_load_from_file)(const char *path, struct llama_model_params params);
	void (*model_free)(struct llama_model *model);
	struct llama_context_params (*context_default_params)(void);
	struct llama_context *(*init_from_model)(struct llama_model *model, struct llama_context_params params);
	void (*free)(struct llama_context *context);
	uint32_t (*n_ctx)(const struct llama_context *context);
	void (*set_n_threads)(struct llama_context *context, int32_t threads, int32_t threads_of_batch);
	void (*attach_threadpool)(struct llama_context *context, struct ggml_threadpool *pool, struct ggml_threadpool *pool_of_batch);
	llama_memory_t (*get_memory)(const struct llama_context *context);
	void (*memory_clear)(llama_memory_t memory, bool data);
	struct llama_batch (*batch_get_one)(int32_t *tokens, int32_t count);
	int32_t (*decode)(struct llama_context *context, struct llama_batch batch);
	float *(*get_logits_ith)(struct llama_context *context, int32_t i);
	struct llama_perf_context_data (*perf_context)(const struct llama_context *context);
	void (*perf_context_print)(const struct llama_context *context);
	void (*perf_context_reset)(struct llama_context *context);
	struct ggml_threadpool_params (*threadpool_params_default)(int threads);
	struct ggml_threadpool *(*threadpool_new)(struct ggml_threadpool_params *params); /* of the back end */
	void (*threadpool_free)(struct ggml_threadpool *pool);
};

/* Loads the libraries and the best back end for this CPU; leaves with EXIT_CANNOT when they are not there or are another release. */
struct library library_load(llama_log_line *log);

#endif
