using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Harness.Interop;

// time.h
public static unsafe partial class libc
{
    internal const int CLOCK_MONOTONIC = 1;
    internal const int CLOCK_THREAD_CPUTIME_ID = 3;

    /// <summary>A time or a duration.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct timespec
    {
        public long tv_sec;
        public long tv_nsec;
    }

    /// <summary>A timer's period, and the time to its next end.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct itimerspec
    {
        public timespec it_interval;
        public timespec it_value;
    }

    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int clock_gettime(int clockid, timespec* tp);
}
