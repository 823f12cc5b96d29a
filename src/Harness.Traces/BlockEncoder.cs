using System.Buffers.Binary;
using System.Numerics;
using Harness.Records;

namespace Harness.Traces;

/// <summary>One CPU's open block of events. All its memory is taken when it is made.</summary>
internal sealed class BlockEncoder
{
    private readonly byte[] buffer = new byte[BlockHead.Size + TraceFormat.MostPayload];
    private readonly BlockContext context;
    private readonly ulong[] given;
    private readonly int cpu;
    private int at = BlockHead.Size;
    private int events;
    private long first;
    private long last;
    private long lost;

    /// <param name="cpu">The CPU.</param>
    /// <param name="words">64-bit words of a set of CPUs.</param>
    internal BlockEncoder(int cpu, int words)
    {
        this.cpu = cpu;
        context = new BlockContext(words);
        given = new ulong[words];
    }

    /// <summary>Whether there is something to write.</summary>
    internal bool IsOpen => events > 0 || lost > 0;

    /// <summary>Whether it holds an event, so that a loss has to come in the next block.</summary>
    internal bool HasEvents => events > 0;

    /// <summary>Whether the next event might not fit.</summary>
    internal bool IsFull => at > buffer.Length - TraceFormat.MostEvent;

    /// <summary>Events were lost since the block before. Only for a block without events.</summary>
    internal void Lost(long count) => lost += count;

    /// <summary>Adds an event.</summary>
    /// <exception cref="ArgumentException">The event says what the format cannot hold, or its time is before the one before.</exception>
    internal void Add(in TraceEvent e, ReadOnlySpan<ulong> cpus)
    {
        Check(e, cpus);
        KindFields fields = KindTable.Of((int)e.Kind);
        int tag = (int)e.Kind | (e.Flag ? EventTag.Flag : 0);
        if (e.Pid != context.Pid) tag |= EventTag.Pid;
        bool space = (fields & KindFields.Mm) != 0 && e.Mm != context.Mm;
        bool set = (fields & KindFields.Cpus) != 0 && !Padded(cpus).SequenceEqual(context.Cpus);
        if (space || set || ((fields & KindFields.Order) != 0 && e.Order != 0)) tag |= EventTag.More;

        if (events == 0) first = last = e.TimeNs;
        byte[] to = buffer;
        int next = at;
        to[next++] = (byte)tag;
        next = VarInt.Write(to, next, (ulong)(e.TimeNs - last));
        if ((tag & EventTag.Pid) != 0) next = VarInt.Write(to, next, (ulong)e.Pid);
        if ((fields & KindFields.Pte) != 0) to[next++] = (byte)e.Pte;
        if ((fields & KindFields.Order) != 0 && e.Order != 0) to[next++] = e.Order;
        if ((fields & KindFields.Frame) != 0)
        {
            ref long before = ref context.Frames[(int)e.Kind];
            next = VarInt.Write(to, next, VarInt.Fold(e.Frame - before));
            before = e.Frame;
        }
        if ((fields & KindFields.Value) != 0) next = VarInt.Write(to, next, VarInt.Fold(e.Value));
        if (space || set) next = References(fields, e.Mm, next);
        context.Pid = e.Pid;
        last = e.TimeNs;
        events++;
        at = next;
    }

    /// <summary>Ends the block and gives its bytes, good until the next event is added.</summary>
    /// <param name="file">The checksum of the file's first head.</param>
    internal ReadOnlySpan<byte> Close(uint file)
    {
        ReadOnlySpan<byte> payload = buffer.AsSpan(BlockHead.Size, at - BlockHead.Size);
        if (events == 0) first = last;
        new BlockHead(BlockContent.Events, cpu, payload.Length, events, first, last, lost, Crc32C.Of(payload)).Write(buffer, file);
        ReadOnlySpan<byte> block = buffer.AsSpan(0, at);
        context.Reset();
        at = BlockHead.Size;
        events = 0;
        lost = 0;
        return block;
    }

    /// <summary>Slots count from 1; 0 says that the thing itself follows.</summary>
    private int References(KindFields fields, ulong mm, int next)
    {
        if ((fields & KindFields.Mm) != 0)
        {
            int slot = context.UseSpace(mm);
            next = VarInt.Write(buffer, next, (ulong)(slot + 1));
            if (slot < 0)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(buffer.AsSpan(next), mm);
                next += sizeof(ulong);
            }
        }
        if ((fields & KindFields.Cpus) != 0)
        {
            int slot = context.UseSet(given);
            next = VarInt.Write(buffer, next, (ulong)(slot + 1));
            if (slot < 0) next = NewSet(next);
        }
        return next;
    }

    /// <summary>Which of its words are not 0, one bit each, and those words.</summary>
    private int NewSet(int next)
    {
        uint there = 0;
        for (int word = 0; word < given.Length; word++) there |= given[word] != 0 ? 1u << word : 0;
        next = VarInt.Write(buffer, next, there);
        for (; there != 0; there &= there - 1)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(buffer.AsSpan(next), given[BitOperations.TrailingZeroCount(there)]);
            next += sizeof(ulong);
        }
        return next;
    }

    /// <summary>The set with as many words as all sets of the file.</summary>
    private ReadOnlySpan<ulong> Padded(ReadOnlySpan<ulong> cpus)
    {
        cpus.CopyTo(given);
        given.AsSpan(cpus.Length).Clear();
        return given;
    }

    private void Check(in TraceEvent e, ReadOnlySpan<ulong> cpus)
    {
        string? problem =
            !KindTable.Has((int)e.Kind) ? "no such kind"
            : e.TimeNs < last || e.TimeNs > TraceFormat.MostTimeNs ? "its time is before the CPU's latest, or beyond the format's"
            : e.Frame is < 0 or > TraceFormat.MostFrame ? "no such frame"
            : e.Pid < 0 ? "no such task"
            : e.Order > TraceFormat.MostOrder ? "no such order"
            : e.Pte > (PteBits.Present | PteBits.Writable | PteBits.Dirty | PteBits.Accessed) ? "no such PTE bits"
            : cpus.Length > given.Length ? "more CPUs than the header says"
            : null;
        if (problem is not null) throw new ArgumentException($"{problem}: {e}");
    }
}
