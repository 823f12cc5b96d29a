using Harness.Records;

namespace Harness.Traces;

/// <summary>
/// Reads a trace file's events in order of time, those of all CPUs merged; equal times in the order of CPU numbers. For one thread.
/// Nothing is allocated an event. Memory: 70 KB a CPU and 16 bytes a block. A file whose end is cut gives the whole blocks before it; one
/// that is damaged before its end is refused.
/// </summary>
public sealed class TraceReader : IDisposable
{
    private readonly TraceFile file;
    private readonly BlockIndex index;
    private readonly BlockDecoder[] decoders;
    private readonly Merge merge;
    private BlockDecoder? given;
    private bool hasCpus;

    private TraceReader(TraceFile file)
    {
        this.file = file;
        index = new BlockIndex(file);
        Lost = [.. LostByCpu()];
        LostKnown = Lost.Aggregate(0L, (sum, lost) => Saturating.Add(sum, lost.Events));
        IEnumerable<int> recorded = Header.Cpus.Where(cpu => index.FirstOf(cpu) >= 0).Order();
        decoders = [.. recorded.Select(cpu => new BlockDecoder(index, Header.CpuWords, cpu))];
        merge = new Merge([.. decoders.Select(decoder => decoder.Advance()).DefaultIfEmpty(BlockDecoder.Ended)]);
    }

    /// <summary>What was recorded.</summary>
    public TraceHeader Header => index.Header;

    /// <summary>How it ended; null when the end is missing.</summary>
    public TraceTrailer? Trailer => index.Trailer;

    /// <summary>Bytes of the file up to the end of its last whole block.</summary>
    public long Bytes => index.Bytes;

    /// <summary>Blocks of events.</summary>
    public int Blocks => index.Count;

    /// <summary>Events in the file.</summary>
    public long Events => index.Events;

    /// <summary>Events that <see cref="Next"/> has given.</summary>
    public long EventsRead { get; private set; }

    /// <summary>The earliest event's time on the recording's clock, ns; 0 without events.</summary>
    public long FirstTimeNs => index.FirstTimeNs;

    /// <summary>The latest event's time, ns; 0 without events.</summary>
    public long LastTimeNs => index.LastTimeNs;

    /// <summary>Length of the recording in seconds; of one that was cut, from its first event to its last.</summary>
    public double Seconds => Trailer?.Seconds ?? (LastTimeNs - FirstTimeNs) / 1e9;

    /// <summary>
    /// Events that were lost, of the CPUs that lost any: what a CPU's blocks say, or the trailer where it says more (losses after the
    /// last event).
    /// </summary>
    public IReadOnlyList<LostEvents> Lost { get; }

    /// <summary>The sum of <see cref="Lost"/>.</summary>
    public long LostKnown { get; }

    /// <summary>The set of CPUs of the event just read, <see cref="TraceHeader.CpuWords"/> words; empty for kinds that have none.</summary>
    public ReadOnlySpan<ulong> Cpus => given is null || !hasCpus ? [] : given.Cpus;

    /// <summary>Opens a file and finds its blocks.</summary>
    /// <exception cref="UsageException">It cannot be read, is no trace file, of a newer version, or damaged.</exception>
    public static TraceReader Open(string path)
    {
        var file = new TraceFile(path);
        try
        {
            return new TraceReader(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads the next event; false after the last.</summary>
    /// <exception cref="UsageException">The file is damaged here. Nothing more can be read.</exception>
    public bool Next(out TraceEvent e)
    {
        // Only now: the block after the event that was given would take the place of that event's CPUs, and its damage is none of that
        // event's.
        if (given is not null) merge.Replace(given.Advance());
        if (merge.Time == BlockDecoder.Ended)
        {
            given = null;
            e = default;
            return false;
        }
        BlockDecoder next = decoders[merge.Winner];
        next.Decode(out e);
        hasCpus = (KindTable.Of((int)e.Kind) & KindFields.Cpus) != 0;
        given = next;
        EventsRead++;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private IEnumerable<LostEvents> LostByCpu() =>
        from cpu in Header.Cpus.Order()
        let inAll = Trailer?.Lost.FirstOrDefault(lost => lost.Cpu == cpu)?.Events ?? 0
        let events = Math.Max(index.LostOf(cpu), inAll)
        where events > 0
        select new LostEvents(cpu, events);
}
