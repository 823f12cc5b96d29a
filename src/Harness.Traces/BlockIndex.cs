using Harness.Records;

namespace Harness.Traces;

/// <summary>
/// Where a file's blocks are: found by going from head to head, 16 bytes of memory each. Whole blocks that follow a damaged place make it
/// an error; without any, the file was cut there.
/// </summary>
internal sealed class BlockIndex
{
    private const int None = -1;

    /// <summary>A damaged block's successor begins within this, unless bytes were put in.</summary>
    private const int LookAhead = 2 * (BlockHead.Size + TraceFormat.MostPayload);

    private readonly TraceFile file;
    private readonly List<Entry> blocks = [];
    private readonly int[] firstOfCpu = new int[TraceFormat.MostCpus];
    private readonly long[] lostOfCpu = new long[TraceFormat.MostCpus];
    private readonly uint checksum;

    /// <exception cref="UsageException">The file is no trace, of a newer version, or damaged before its end.</exception>
    internal BlockIndex(TraceFile file)
    {
        this.file = file;
        (Header, checksum, Bytes) = ReadHeader();
        FindBlocks();
        if (Trailer is null) DropTornBlocks();
        Link();
        if (Trailer is { Events: var written } && written != Events)
        {
            throw file.Refuse(Bytes, $"{Events} events, where {written} were written");
        }
    }

    /// <summary>The header.</summary>
    internal TraceHeader Header { get; }

    /// <summary>The trailer; null when the file was cut.</summary>
    internal TraceTrailer? Trailer { get; private set; }

    /// <summary>Bytes up to the end of the last whole block.</summary>
    internal long Bytes { get; private set; }

    /// <summary>Blocks of events.</summary>
    internal int Count => blocks.Count;

    /// <summary>Events in all blocks.</summary>
    internal long Events { get; private set; }

    /// <summary>The earliest event's time; 0 without events.</summary>
    internal long FirstTimeNs { get; private set; }

    /// <summary>The latest event's time; 0 without events.</summary>
    internal long LastTimeNs { get; private set; }

    /// <summary>Events that the blocks of a CPU say were lost.</summary>
    internal long LostOf(int cpu) => lostOfCpu[cpu];

    /// <summary>A CPU's first block, or −1.</summary>
    internal int FirstOf(int cpu) => firstOfCpu[cpu];

    /// <summary>The same CPU's next block, or −1.</summary>
    internal int NextOf(int block) => blocks[block].Next;

    /// <summary>Reads a block, head and payload, into the buffer.</summary>
    /// <exception cref="UsageException">It is damaged.</exception>
    internal BlockHead Read(int block, byte[] buffer) =>
        TryRead(blocks[block], buffer, out BlockHead head) ? head : throw Refuse(block, "its checksum is wrong");

    /// <summary>That a block does not hold what it should.</summary>
    internal UsageException Refuse(int block, string what) => file.Refuse(blocks[block].Position, what);

    private (TraceHeader Header, uint Checksum, long End) ReadHeader()
    {
        Span<byte> bytes = stackalloc byte[BlockHead.Size];
        int read = file.Read(0, bytes);
        if (read == 0) throw new UsageException($"{file.Path}: is empty: nothing was recorded");
        if (!bytes[..read].StartsWith(BlockHead.Magic)) throw new UsageException($"{file.Path}: is no trace file; `record` makes one");
        if (read == BlockHead.Size && BlockHead.VersionOf(bytes) > TraceFormat.Version) throw Newer(BlockHead.VersionOf(bytes));
        if (!BlockHead.TryRead(bytes, 0, out BlockHead head) || head.Content != BlockContent.Header || ReadPayload(0, head) is not { } json)
        {
            throw file.Refuse(0, "its header is not whole");
        }
        TraceHeader header = TraceJson.ReadHeader(json) ?? throw file.Refuse(0, "its header does not say what a header says");
        if (header.Version > TraceFormat.Version) throw Newer(header.Version);
        if (TraceJson.Problem(header) is { } problem) throw file.Refuse(0, $"its header: {problem}");
        return (header, BlockHead.ChecksumOf(bytes), BlockHead.Size + head.Length);
    }

    private UsageException Newer(int version) => new(
        $"{file.Path}: was written by a newer version of Harness (format {version}; "
        + $"this one reads up to {TraceFormat.Version}): use that one");

    private void FindBlocks()
    {
        Span<byte> bytes = stackalloc byte[BlockHead.Size];
        while (Trailer is null)
        {
            if (!BlockHead.TryRead(bytes[..file.Read(Bytes, bytes)], checksum, out BlockHead head) || head.Content == BlockContent.Header)
            {
                ThrowIfBlockFollows();
                return;
            }
            long end = Bytes + BlockHead.Size + head.Length;
            if (end > file.Length) return;
            if (head.Content == BlockContent.Trailer)
            {
                if (ReadPayload(Bytes, head) is not { } json) return;
                Trailer = TraceJson.ReadTrailer(json) ?? throw file.Refuse(Bytes, "its trailer does not say what a trailer says");
            }
            else
            {
                if (!Header.Cpus.Contains(head.Cpu)) throw file.Refuse(Bytes, $"events of CPU {head.Cpu}, which the header does not name");
                blocks.Add(new Entry(Bytes, head.Length, None));
            }
            Bytes = end;
        }
    }

    private void ThrowIfBlockFollows()
    {
        if (Bytes >= file.Length) return;
        byte[] ahead = new byte[Math.Min(LookAhead, file.Length - Bytes)];
        Span<byte> rest = ahead.AsSpan(0, file.Read(Bytes + 1, ahead));
        for (int at = 0; rest[at..].IndexOf(BlockHead.Magic) is >= 0 and int more; at++)
        {
            at += more;
            if (!BlockHead.TryRead(rest[at..], checksum, out _)) continue;
            throw file.Refuse(Bytes, $"no block, but one follows at byte {Bytes + 1 + at}");
        }
    }

    /// <summary>Takes blocks off the end whose bytes were not all written when the recording was cut.</summary>
    private void DropTornBlocks()
    {
        byte[] buffer = new byte[BlockHead.Size + TraceFormat.MostPayload];
        while (blocks.Count > 0 && !TryRead(blocks[^1], buffer, out _))
        {
            Bytes = blocks[^1].Position;
            blocks.RemoveAt(blocks.Count - 1);
        }
    }

    private void Link()
    {
        Array.Fill(firstOfCpu, None);
        int[] latest = new int[TraceFormat.MostCpus];
        Array.Fill(latest, None);
        long[] times = new long[TraceFormat.MostCpus];
        FirstTimeNs = long.MaxValue;
        Span<byte> bytes = stackalloc byte[BlockHead.Size];
        for (int block = 0; block < blocks.Count; block++)
        {
            int read = file.Read(blocks[block].Position, bytes);
            if (!BlockHead.TryRead(bytes[..read], checksum, out BlockHead head)) throw Refuse(block, "it changes while it is read");
            if (head.First < times[head.Cpu]) throw Refuse(block, $"time of CPU {head.Cpu} goes back");
            times[head.Cpu] = head.Last;
            ref int before = ref latest[head.Cpu];
            if (before == None) firstOfCpu[head.Cpu] = block;
            else blocks[before] = blocks[before] with { Next = block };
            before = block;
            Events += head.Events;
            lostOfCpu[head.Cpu] = Saturating.Add(lostOfCpu[head.Cpu], head.Lost);
            if (head.Events == 0) continue;
            FirstTimeNs = Math.Min(FirstTimeNs, head.First);
            LastTimeNs = Math.Max(LastTimeNs, head.Last);
        }
        if (Events == 0) FirstTimeNs = 0;
    }

    private bool TryRead(Entry entry, byte[] buffer, out BlockHead head)
    {
        Span<byte> block = buffer.AsSpan(0, BlockHead.Size + entry.Length);
        return BlockHead.TryRead(block[..file.Read(entry.Position, block)], checksum, out head) && head.Length == entry.Length
            && Crc32C.Of(block[BlockHead.Size..]) == head.PayloadChecksum;
    }

    private byte[]? ReadPayload(long position, BlockHead head)
    {
        if (position + BlockHead.Size + head.Length > file.Length) return null;
        byte[] payload = new byte[head.Length];
        file.Read(position + BlockHead.Size, payload);
        return Crc32C.Of(payload) == head.PayloadChecksum ? payload : null;
    }

    private readonly record struct Entry(long Position, int Length, int Next);
}
