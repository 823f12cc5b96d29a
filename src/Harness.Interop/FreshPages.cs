using System.Runtime.InteropServices;
using Mono.Unix.Native;

namespace Harness.Interop;

/// <summary>
/// Private anonymous memory that nothing has touched yet, in pages of the base size: no huge page and no larger folio serves it, so that
/// the first store to each page is one page fault.
/// </summary>
public sealed unsafe class FreshPages : IDisposable
{
    private nint start;

    /// <summary>Maps the pages.</summary>
    /// <param name="count">How many; at least one.</param>
    /// <exception cref="NativeException">The memory cannot be had.</exception>
    public FreshPages(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Count = count;
        start = libc.mmap(0, Length, libc.PROT_READ | libc.PROT_WRITE, libc.MAP_PRIVATE | libc.MAP_ANONYMOUS, -1, 0);
        if (start == -1) throw NativeException.Last($"mmap({count} anonymous pages)");
        // EINVAL: the kernel has no huge pages to keep away
        if (libc.madvise(start, Length, libc.MADV_NOHUGEPAGE) >= 0 || Marshal.GetLastPInvokeError() == (int)Errno.EINVAL) return;
        NativeException refused = NativeException.Last($"madvise({count} pages, MADV_NOHUGEPAGE)");
        Dispose();
        throw refused;
    }

    /// <summary>How many pages.</summary>
    public int Count { get; }

    /// <summary>The address of a page.</summary>
    public nint this[int index] => start + (nint)index * Environment.SystemPageSize;

    private nuint Length => (nuint)Count * (nuint)Environment.SystemPageSize;

    /// <summary>Stores one byte into a page: a page fault when it is fresh. Does not allocate.</summary>
    public void Touch(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        Volatile.Write(ref *(byte*)this[index], 1);
    }

    /// <summary>
    /// Gives a page back to the kernel (MADV_DONTNEED), which flushes its translation on every CPU that runs this process. The page is
    /// fresh again. Does not allocate.
    /// </summary>
    /// <exception cref="NativeException">The kernel refuses.</exception>
    public void Drop(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        if (libc.madvise(this[index], (nuint)Environment.SystemPageSize, libc.MADV_DONTNEED) < 0)
            throw NativeException.Last("madvise(1 page, MADV_DONTNEED)");
    }

    /// <summary>Unmaps them.</summary>
    public void Dispose()
    {
        if (start != 0) _ = libc.munmap(start, Length);
        start = 0;
    }
}
