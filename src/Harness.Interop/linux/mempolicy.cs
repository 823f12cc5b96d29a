using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Harness.Interop;

// linux/mempolicy.h, and the calls that libnuma's numaif.h declares.
public static unsafe partial class libc
{
    /// <summary>No policy of its own: the caller's, then the system's.</summary>
    public const int MPOL_DEFAULT = 0;

    /// <summary>Only these nodes.</summary>
    public const int MPOL_BIND = 2;

    /// <summary>get_mempolicy: the node, not the policy.</summary>
    public const uint MPOL_F_NODE = 1 << 0;

    /// <summary>get_mempolicy: of the page at an address.</summary>
    public const uint MPOL_F_ADDR = 1 << 1;

    /// <summary>mbind: fail if a page is elsewhere and cannot be moved.</summary>
    public const uint MPOL_MF_STRICT = 1 << 0;

    /// <summary>mbind, move_pages: move pages that only this process maps.</summary>
    public const uint MPOL_MF_MOVE = 1 << 1;

    [SupportedOSPlatform("linux")]
    [LibraryImport(HarnessNative.Name, EntryPoint = "harness_migrate_pages", SetLastError = true)]
    internal static partial nint migrate_pages(int pid, nuint maxnode, ulong* old_nodes, ulong* new_nodes);

    [SupportedOSPlatform("linux")]
    [LibraryImport(HarnessNative.Name, EntryPoint = "harness_move_pages", SetLastError = true)]
    internal static partial nint move_pages(int pid, nuint count, void** pages, int* nodes, int* status, int flags);

    [SupportedOSPlatform("linux")]
    [LibraryImport(HarnessNative.Name, EntryPoint = "harness_mbind", SetLastError = true)]
    internal static partial nint mbind(void* addr, nuint len, int mode, ulong* nodemask, nuint maxnode, uint flags);

    [SupportedOSPlatform("linux")]
    [LibraryImport(HarnessNative.Name, EntryPoint = "harness_get_mempolicy", SetLastError = true)]
    internal static partial nint get_mempolicy(int* mode, ulong* nodemask, nuint maxnode, void* addr, nuint flags);
}
