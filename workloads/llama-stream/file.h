/* A process's file: pages whose words are known, mapped read-only. */
#ifndef FILE_H
#define FILE_H

#include "memory.h"
#include "options.h"

/*
 * Makes the file of a process, writes it to the drive, drops it from the page cache and maps it. Its name is gone before its first
 * page is written, so nothing is left behind however the process ends.
 */
struct memory file_map(const struct options *options, uint64_t process);

/* Reads every word of the page and returns their sum; leaves with EXIT_BROKEN when it is not that of what was written. */
uint64_t file_read_page(const struct options *options, struct memory file, uint64_t process, uint64_t page);

#endif
