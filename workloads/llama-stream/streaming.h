/* What each process does: maps its file and streams it once a token. */
#ifndef STREAMING_H
#define STREAMING_H

#include "processes.h"

/* Its shared part is struct options. */
extern const struct process_kind streaming;

#endif
