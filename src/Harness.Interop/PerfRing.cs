namespace Harness.Interop;

/// <summary>The ring buffer of a sampling event, mapped into this process.</summary>
public sealed unsafe class PerfRing : IDisposable
{
    /// <summary>Bytes that hold any record: its size is a 16-bit field.</summary>
    public const int LargestRecord = 1 << 16;

    private const string MapHint = "pages must be a power of two; without root they are locked memory (ulimit -l, perf_event_mlock_kb)";

    private libc.harness_ring ring;

    private PerfRing()
    {
    }

    /// <summary>Records the kernel says it dropped because the ring was full.</summary>
    public ulong Lost => ring.lost;

    /// <summary>Times the ring's content made no sense and was skipped; not 0 means a kernel or memory fault.</summary>
    public ulong Malformed => ring.malformed;

    /// <summary>Maps the ring of an event; samples are written from now on.</summary>
    /// <param name="source">The event.</param>
    /// <param name="pages">Data pages, a power of two.</param>
    /// <exception cref="NativeException">The kernel refuses, most often because of locked memory.</exception>
    public static PerfRing Map(PerfEvent source, int pages)
    {
        PerfRing made = new();
        fixed (libc.harness_ring* pointer = &made.ring)
        {
            if (libc.harness_ring_map(pointer, source, (nuint)pages) < 0)
                throw NativeException.Last($"mmap(perf ring of {pages} pages)", MapHint);
        }
        return made;
    }

    /// <summary>
    /// Moves whole records, oldest first, out of the ring until it is empty or the next does not fit;
    /// <see cref="PerfRecord.TryTake"/> walks them. Does not allocate.
    /// </summary>
    /// <param name="buffer">Where to; <see cref="LargestRecord"/> bytes or more always suffice.</param>
    /// <returns>Bytes written; 0 when the ring is empty.</returns>
    public int Drain(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(ring.control is null, this);
        fixed (libc.harness_ring* pointer = &ring)
        fixed (byte* to = buffer)
        {
            nint copied = libc.harness_ring_drain(pointer, to, (nuint)buffer.Length);
            return copied >= 0 ? (int)copied : throw NativeException.Last($"draining a perf ring into {buffer.Length} bytes");
        }
    }

    /// <summary>Unmaps the ring.</summary>
    public void Dispose()
    {
        if (ring.control is null) return;
        fixed (libc.harness_ring* pointer = &ring) _ = libc.harness_ring_unmap(pointer);
    }
}
