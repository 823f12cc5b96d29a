using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Harness.Interop;

// sys/file.h
public static unsafe partial class libc
{
    internal const int LOCK_EX = 2;
    internal const int LOCK_NB = 4;
    internal const int LOCK_UN = 8;

    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int flock(SafeHandle fd, int operation);
}
