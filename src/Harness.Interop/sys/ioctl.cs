using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Harness.Interop;

// sys/ioctl.h
public static unsafe partial class libc
{
    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int ioctl(SafeHandle fd, nuint request, void* argument);
}
