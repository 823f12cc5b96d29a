/* What each process does: maps its model with llama.cpp and decodes tokens. */
#ifndef DECODING_H
#define DECODING_H

#include "processes.h"

/* The times of a process's work. */
enum { LOAD_TIME, EVAL_TIME };

/* Its shared part is struct options. */
extern const struct process_kind decoding;

#endif
