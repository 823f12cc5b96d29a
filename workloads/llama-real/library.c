#include "library.h"

#include "fail.h"

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define RELEASE "v0.5.0"
#define FOLDER "llama-cpp"
#define DEFAULT_CONTEXT 512 /* n_ctx of this release's defaults: beside the name a second sign that the layouts are right */

_Static_assert(offsetof(struct llama_context_params, no_perf) == 130, "where this release has no_perf");

static void *symbol(void *library, const char *name)
{
	void *found = dlsym(library, name);

	if (found == NULL)
		fail(EXIT_CANNOT, "libllama." RELEASE ".so has no %s", name);
	return found;
}

/* The folder beside this program's file. */
static void folder_path(char folder[PATH_MAX])
{
	char self[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (length < 0)
		fail_errno("/proc/self/exe");
	self[length] = '\0';
	*strrchr(self, '/') = '\0';
	if (snprintf(folder, PATH_MAX, "%s/" FOLDER, self) >= PATH_MAX)
		fail(EXIT_CANNOT, "the path of this program is too long");
}

struct library library_load(llama_log_line *log)
{
	char folder[PATH_MAX];
	char file[PATH_MAX + 64];
	struct library library;

	folder_path(folder);
	snprintf(file, sizeof(file), "%s/libllama." RELEASE ".so", folder);
	/* what it needs lies beside it, and a look-up through it finds that too */
	void *handle = dlopen(file, RTLD_NOW);
	if (handle == NULL)
		fail(EXIT_CANNOT, "llama.cpp " RELEASE " cannot be loaded: %.300s; ./run.sh installs it", dlerror());

	/* POSIX has functions and objects in pointers of one kind; ISO C does not, hence the way through the member's address */
	const struct {
		void *member;
		const char *name;
	} members[] = {
		{ &library.log_set, "llama_log_set" },
		{ &library.load_all_from_path, "ggml_backend_load_all_from_path" },
		{ &library.reg_by_name, "ggml_backend_reg_by_name" },
		{ &library.reg_get_proc_address, "ggml_backend_reg_get_proc_address" },
		{ &library.model_default_params, "llama_model_default_params" },
		{ &library.model_load_from_file, "llama_model_load_from_file" },
		{ &library.model_free, "llama_model_free" },
		{ &library.context_default_params, "llama_context_default_params" },
		{ &library.init_from_model, "llama_init_from_model" },
		{ &library.free, "llama_free" },
		{ &library.n_ctx, "llama_n_ctx" },
		{ &library.set_n_threads, "llama_set_n_threads" },
		{ &library.attach_threadpool, "llama_attach_threadpool" },
		{ &library.get_memory, "llama_get_memory" },
		{ &library.memory_clear, "llama_memory_clear" },
		{ &library.batch_get_one, "llama_batch_get_one" },
		{ &library.decode, "llama_decode" },
		{ &library.get_logits_ith, "llama_get_logits_ith" },
		{ &library.perf_context, "llama_perf_context" },
		{ &library.perf_context_print, "llama_perf_context_print" },
		{ &library.perf_context_reset, "llama_perf_context_reset" },
		{ &library.threadpool_params_default, "ggml_threadpool_params_default" },
	};
	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++) {
		void *found = symbol(handle, members[i].name);
		memcpy(members[i].member, &found, sizeof(found));
	}

	library.log_set(log, NULL);
	library.load_all_from_path(folder);
	struct ggml_backend_reg *cpu = library.reg_by_name("CPU");
	if (cpu == NULL)
		fail(EXIT_CANNOT, "no back end in %.300s runs on this CPU", folder);
	void *create = library.reg_get_proc_address(cpu, "ggml_threadpool_new");
	void *destroy = library.reg_get_proc_address(cpu, "ggml_threadpool_free");
	if (create == NULL || destroy == NULL)
		fail(EXIT_CANNOT, "the back end in %.300s has no thread pools", folder);
	memcpy(&library.threadpool_new, &create, sizeof(create));
	memcpy(&library.threadpool_free, &destroy, sizeof(destroy));

	struct llama_context_params defaults = library.context_default_params();
	if (defaults.n_ctx != DEFAULT_CONTEXT || !defaults.no_perf)
		fail(EXIT_CANNOT, "the library in %.300s is not " RELEASE "; ./run.sh installs it", folder);
	return library;
}
