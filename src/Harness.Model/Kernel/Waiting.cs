using System.Runtime.InteropServices;

namespace Harness.Model;

/// <summary>What a task waits for.</summary>
internal enum WaitKind : byte
{
    Nothing,

    /// <summary>All CPUs that its flush was sent to have run it.</summary>
    Acknowledgements,

    /// <summary>A page table's lock.</summary>
    Table,

    /// <summary>A folio's unlocking.</summary>
    Folio,

    /// <summary>mmap_lock, to read.</summary>
    Reading,

    /// <summary>mmap_lock, to write.</summary>
    Writing,

    /// <summary>The lazy policy's flush in progress.</summary>
    Policy,
}

/// <summary>What a task waits for, and which one.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="A">The address space, or the folio.</param>
/// <param name="B">The virtual page whose table it is.</param>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal readonly record struct Waiting(WaitKind Kind, int A, int B);
