using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Harness.Interop;

/// <summary>
/// The C library and the kernel's calls under their native names, one file a C header, with just what the harness uses. The calls are
/// internal: <see cref="PerfEvent"/>, <see cref="PerfRing"/>, <see cref="Numa"/> and <see cref="Affinity"/> check their results.
/// </summary>
// This file: native/harness_native.h, but for the calls that have a header of their own.
public static unsafe partial class libc
{
    /// <summary>The version of the native library that this layer is written against.</summary>
    public const int HARNESS_NATIVE_VERSION = 1;

    /// <summary>The <c>read_format</c> that <see cref="PerfEvent.Read"/> needs in the leader.</summary>
    public const ulong HARNESS_GROUP_FORMAT = PERF_FORMAT_GROUP | PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;

    /// <summary>The head of a group's reading; the counts follow.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct harness_group
    {
        public ulong nr;
        public ulong time_enabled;
        public ulong time_running;
    }

    /// <summary>A mapped ring; see the header.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct harness_ring
    {
        public void* control;
        public byte* data;
        public ulong data_size;
        public ulong map_size;
        public ulong lost;
        public ulong malformed;
    }

    [SupportedOSPlatform("linux")]
    [LibraryImport(HarnessNative.Name)]
    internal static partial int harness_version();

    [SupportedOSPlatform("linux")]
    [LibraryImport(HarnessNative.Name, SetLastError = true)]
    internal static partial int harness_perf_read_group(SafeHandle fd, ulong* group, ulong nr);

    [SupportedOSPlatform("linux")]
    [LibraryImport(HarnessNative.Name, SetLastError = true)]
    internal static partial int harness_ring_map(harness_ring* ring, SafeHandle fd, nuint pages);

    [SupportedOSPlatform("linux")]
    [LibraryImport(HarnessNative.Name, SetLastError = true)]
    internal static partial nint harness_ring_drain(harness_ring* ring, byte* buffer, nuint size);

    [SupportedOSPlatform("linux")]
    [LibraryImport(HarnessNative.Name, SetLastError = true)]
    internal static partial int harness_ring_unmap(harness_ring* ring);
}
