using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Harness.Interop;

// sys/timerfd.h
public static unsafe partial class libc
{
    internal const int TFD_CLOEXEC = 0x80000;

    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int timerfd_create(int clockid, int flags);

    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int timerfd_settime(SafeHandle fd, int flags, itimerspec* new_value, itimerspec* old_value);
}
