using System.Runtime.InteropServices;

namespace Harness.Model;

/// <summary>The paths of the kernel that a task can be on.</summary>
internal enum CallKind : byte
{
    None,

    /// <summary>A load or store of user memory: A page, B 1 for a store, C its thread's address space; Value what is stored.</summary>
    Access,

    /// <summary>Unmap and free pages of the page cache (shrink_folio_list): A file, B first page, C pages.</summary>
    Reclaim,

    /// <summary>
    /// migrate_pages: A first virtual page or file page, B pages, C target node, D see <see cref="MigrateReason"/>, Value address space or
    /// −1−file.
    /// </summary>
    Migrate,

    /// <summary>munmap: A first virtual page, B pages.</summary>
    Unmap,

    /// <summary>mmap with MAP_FIXED: A first virtual page, B pages, C <see cref="VmaFlags"/>, D file or −1, Value offset.</summary>
    Map,

    /// <summary>mprotect: A first virtual page, B pages, C <see cref="VmaFlags"/>.</summary>
    Protect,

    /// <summary>write(2): A file, B page, Value what is written.</summary>
    Write,

    /// <summary>A server changed the file and the client notices: A file, B page, Value the new content.</summary>
    Invalidate,

    /// <summary>The kernel allocates a frame for itself, writes it, and frees it: A 1 with interrupts off.</summary>
    KernelPage,

    /// <summary>The thread sleeps and wakes: its CPU is lazy meanwhile.</summary>
    Nap,

    /// <summary>change_prot_numa: A first virtual page, B pages.</summary>
    Scan,

    /// <summary>fork: A the child's address space, empty so far.</summary>
    Fork,
}

/// <summary>A call with its arguments, whose meaning <see cref="CallKind"/> gives.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal readonly record struct KernelCall(CallKind Kind, int A = 0, int B = 0, int C = 0, int D = 0, long Value = 0);
