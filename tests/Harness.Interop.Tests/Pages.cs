using System.Runtime.InteropServices;
using Mono.Unix.Native;

namespace Harness.Interop.Tests;

/// <summary>
/// Fresh pages that nothing has touched. Shared, because transparent huge pages leave such mappings alone: one fault a page.
/// </summary>
internal sealed class Pages : IDisposable
{
    private readonly int count;

    public Pages(int count)
    {
        this.count = count;
        Start = Syscall.mmap(0, Length, MmapProts.PROT_READ | MmapProts.PROT_WRITE, MmapFlags.MAP_SHARED | MmapFlags.MAP_ANONYMOUS, -1, 0);
        if (Start == Syscall.MAP_FAILED) throw NativeException.Last("mmap");
    }

    public nint Start { get; }

    public ulong Length => (ulong)count * (ulong)Environment.SystemPageSize;

    public nint this[int index] => Start + index * Environment.SystemPageSize;

    public void Touch()
    {
        for (int i = 0; i < count; i++) Marshal.WriteByte(this[i], 1);
    }

    public void Dispose() => _ = Syscall.munmap(Start, Length);
}
