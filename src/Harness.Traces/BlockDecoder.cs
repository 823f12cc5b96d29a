using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using Harness.Records;

namespace Harness.Traces;

/// <summary>
/// Reads one CPU's events, block after block, into memory taken once. The buffer is longer than any payload by what one event can take,
/// so that a damaged event is read to its end and found wrong afterwards.
/// </summary>
internal sealed class BlockDecoder
{
    /// <summary>The time after the last event.</summary>
    internal const long Ended = long.MaxValue;

    private const byte AllPteBits = (byte)(PteBits.Present | PteBits.Writable | PteBits.Dirty | PteBits.Accessed);

    private readonly byte[] buffer = new byte[BlockHead.Size + TraceFormat.MostPayload + TraceFormat.MostEvent];
    private readonly BlockIndex index;
    private readonly BlockContext context;
    private readonly int words;
    private readonly ushort cpu;
    private int current = -1;
    private int block;
    private int end;
    private int at;
    private int left;
    private int tag;
    private long time;
    private long last;

    /// <param name="index">The file's blocks.</param>
    /// <param name="words">64-bit words of a set of CPUs.</param>
    /// <param name="cpu">The CPU.</param>
    internal BlockDecoder(BlockIndex index, int words, int cpu)
    {
        this.index = index;
        this.words = words;
        this.cpu = (ushort)cpu;
        context = new BlockContext(words);
        block = index.FirstOf(cpu);
    }

    /// <summary>The latest set of CPUs.</summary>
    internal ReadOnlySpan<ulong> Cpus => context.Cpus;

    /// <summary>Goes to the next event, of which the time alone is read; <see cref="Ended"/> when there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal long Advance()
    {
        if (left == 0 && !Load()) return Ended;
        byte[] from = buffer;
        tag = from[at];
        at = VarInt.Read(from, at + 1, out ulong delta);
        if (delta > (ulong)(last - time)) throw Refuse("an event after its block's end");
        return time += (long)delta;
    }

    /// <summary>Reads the rest of the event that <see cref="Advance"/> went to.</summary>
    internal void Decode(out TraceEvent e)
    {
        byte[] from = buffer;
        int next = at;
        int kind = tag & EventTag.Kind;
        bool more = (tag & EventTag.More) != 0;
        KindFields fields = KindTable.Of(kind);
        e = new TraceEvent { TimeNs = time, Cpu = cpu, Kind = (TraceEventKind)kind, Flag = (tag & EventTag.Flag) != 0 };
        if ((tag & EventTag.Pid) != 0)
        {
            next = VarInt.Read(from, next, out ulong pid);
            if (pid > int.MaxValue) throw Refuse("no such task");
            context.Pid = (int)pid;
        }
        e.Pid = context.Pid;
        if ((fields & KindFields.Pte) != 0)
        {
            byte bits = from[next++];
            if (bits > AllPteBits) throw Refuse("no such PTE bits");
            e.Pte = (PteBits)bits;
        }
        if ((fields & KindFields.Order) != 0 && more)
        {
            e.Order = from[next++];
            if (e.Order > TraceFormat.MostOrder) throw Refuse("no such order");
        }
        if ((fields & KindFields.Frame) != 0)
        {
            next = VarInt.Read(from, next, out ulong delta);
            ref long frame = ref context.Frames[kind];
            frame += VarInt.Unfold(delta);
            if ((ulong)frame > TraceFormat.MostFrame) throw Refuse("no such frame");
            e.Frame = frame;
        }
        if ((fields & KindFields.Value) != 0)
        {
            next = VarInt.Read(from, next, out ulong value);
            e.Value = VarInt.Unfold(value);
        }
        if ((fields & KindFields.References) != 0)
        {
            if (more) next = References(fields, next);
            if ((fields & KindFields.Mm) != 0) e.Mm = context.Mm;
        }
        at = next;
        left--;
        if (next > end || !KindTable.Has(kind) || (left == 0 && (next != end || time != last))) throw WrongEvent(kind);
    }

    private int References(KindFields fields, int next)
    {
        if ((fields & KindFields.Mm) != 0)
        {
            next = VarInt.Read(buffer, next, out ulong slot);
            if (slot == 0)
            {
                context.NewSpace(BinaryPrimitives.ReadUInt64LittleEndian(buffer.AsSpan(next)));
                next += sizeof(ulong);
            }
            else if (!context.TryUseSpaceAt(slot - 1))
            {
                throw Refuse("an address space that was not there before");
            }
        }
        if ((fields & KindFields.Cpus) != 0)
        {
            next = VarInt.Read(buffer, next, out ulong slot);
            if (slot == 0) return NewSet(next);
            if (!context.TryUseSetAt(slot - 1)) throw Refuse("a set of CPUs that was not there before");
        }
        return next;
    }

    private int NewSet(int next)
    {
        next = VarInt.Read(buffer, next, out ulong there);
        if (there >> words != 0) throw Refuse("more CPUs than the header says");
        Span<ulong> set = context.NewSet();
        set.Clear();
        for (; there != 0; there &= there - 1)
        {
            set[BitOperations.TrailingZeroCount(there)] = BinaryPrimitives.ReadUInt64LittleEndian(buffer.AsSpan(next));
            next += sizeof(ulong);
        }
        return next;
    }

    /// <summary>Reads the CPU's next block with events; false when there is none.</summary>
    private bool Load()
    {
        for (; block >= 0; block = index.NextOf(block))
        {
            BlockHead head = index.Read(block, buffer);
            if (head.Events == 0) continue;
            context.Reset();
            at = BlockHead.Size;
            end = at + head.Length;
            left = head.Events;
            time = head.First;
            last = head.Last;
            current = block;
            block = index.NextOf(block);
            return true;
        }
        return false;
    }

    private UsageException WrongEvent(int kind) => Refuse(
        at > end ? "an event beyond its block's end"
        : !KindTable.Has(kind) ? $"an event of a kind unknown here, {kind}"
        : "other events than its head says");

    private UsageException Refuse(string what) => index.Refuse(current, what);
}
