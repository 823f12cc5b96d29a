using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Harness.Interop;

// sched.h. A CPU mask is words of 64 bits of any number, not cpu_set_t: that ends at CPU 1023, distribution kernels do not.
public static unsafe partial class libc
{
    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int sched_getaffinity(int pid, nuint cpusetsize, ulong* mask);

    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int sched_setaffinity(int pid, nuint cpusetsize, ulong* mask);

    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int sched_getcpu();
}
