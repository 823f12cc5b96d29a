using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Harness.Interop;

// fcntl.h. The values are those of Linux on x86-64 and arm64.
public static unsafe partial class libc
{
    internal const int O_RDONLY = 0;
    internal const int O_RDWR = 2;
    internal const int O_CREAT = 0x40;
    internal const int O_NONBLOCK = 0x800;
    internal const int O_CLOEXEC = 0x80000;

    /// <summary>The one that differs: 0x4000 on x86, 0x10000 on arm64.</summary>
    internal static readonly int O_DIRECT = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x10000 : 0x4000;

    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int open(string path, int flags, uint mode);
}
