using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Harness.Interop;

// sys/mman.h
public static unsafe partial class libc
{
    internal const int PROT_READ = 1;
    internal const int PROT_WRITE = 2;
    internal const int MAP_PRIVATE = 2;
    internal const int MAP_ANONYMOUS = 0x20;
    internal const int MADV_DONTNEED = 4;
    internal const int MADV_NOHUGEPAGE = 15;

    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint mmap(nint addr, nuint length, int prot, int flags, int fd, nint offset);

    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int munmap(nint addr, nuint length);

    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int madvise(nint addr, nuint length, int advice);
}
