#include "harness_native.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

int harness_version(void)
{
	return HARNESS_NATIVE_VERSION;
}

int harness_perf_event_open(struct perf_event_attr *attr, pid_t pid, int cpu, int group_fd, unsigned long flags)
{
	return (int)syscall(SYS_perf_event_open, attr, pid, cpu, group_fd, flags);
}

int harness_perf_read_group(int fd, struct harness_group *group, uint64_t nr)
{
	size_t size = sizeof(*group) + nr * sizeof(uint64_t);
	ssize_t got;

	do
		got = read(fd, group, size);
	while (got < 0 && errno == EINTR);

	if (got < 0) {
		/* the kernel's word for "your buffer is too small": the group has more events than the caller thinks */
		if (errno == ENOSPC)
			errno = EPROTO;
		return -1;
	}
	if (got == 0) {
		errno = ENODATA;
		return -1;
	}
	if ((size_t)got != size || group->nr != nr) {
		errno = EPROTO;
		return -1;
	}
	return 0;
}
