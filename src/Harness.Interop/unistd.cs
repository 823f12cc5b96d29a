using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Harness.Interop;

// unistd.h
public static unsafe partial class libc
{
    internal const int X_OK = 1;
    internal const int W_OK = 2;
    internal const int SEEK_END = 2;
    internal const int SEEK_DATA = 3;
    internal const int SEEK_HOLE = 4;

    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int access(string path, int mode);

    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint read(SafeHandle fd, void* buf, nuint count);

    [SupportedOSPlatform("linux")]
    [LibraryImport("libc")]
    internal static partial void sync();

    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", SetLastError = true)]
    internal static partial long lseek(SafeHandle fd, long offset, int whence);

    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint read(SafeHandle fd, byte* buf, nuint count);

    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int ftruncate(SafeHandle fd, long length);
}
