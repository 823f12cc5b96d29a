using System.Globalization;
using Harness.Model;
using Harness.Records;
using Harness.Traces;

namespace Harness.Targets;

/// <summary>Replays a trace file under flush policies.</summary>
public sealed class ReplayJob
{
    // events read before the one that is replayed, so that what they touch is in the cache when their turn comes (assumed: twice the cache
    // misses that a core has under way)
    private const int Ahead = 32;

    private const long EventsOfAStep = 1 << 16;

    private readonly TraceReader reader;
    private readonly Replay replay;
    private readonly int words;
    private readonly bool skipsInaccessible;

    private ReplayJob(TraceReader reader, ReplaySetup setup, IReadOnlyList<string> policies)
    {
        this.reader = reader;
        words = setup.CpuWords;
        skipsInaccessible = setup.Kernel.SkipsInaccessible;
        replay = new Replay(setup, policies);
    }

    /// <summary>The recorded kernel's own policy.</summary>
    public const string Stock = Replay.Stock;

    /// <summary>The policies, each with what it is.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> PolicyHelp => Replay.Policies;

    /// <summary>The policies' names.</summary>
    public static IReadOnlyList<string> Policies { get; } = [.. Replay.Policies.Select(policy => policy.Key)];

    /// <summary>Replays a trace file from where its reader stands to its end.</summary>
    /// <param name="reader">The file.</param>
    /// <param name="file">Its name, for the result.</param>
    /// <param name="policies">Names out of <see cref="Policies"/>, each once.</param>
    /// <param name="progress">Receives the share that is done, 0 to 1.</param>
    /// <param name="cancel">Ends it early.</param>
    /// <exception cref="UsageException">No such policy; the file is damaged, or of a machine that cannot be.</exception>
    /// <exception cref="HostCannotException">This host has too little memory for the recorded machine's frames.</exception>
    public static ReplayResult Run(
        TraceReader reader, string file, IReadOnlyList<string> policies, IProgress<double>? progress, CancellationToken cancel)
    {
        foreach (string policy in policies)
        {
            if (!Policies.Contains(policy))
                throw new UsageException($"no policy '{policy}' to replay; there are {string.Join(", ", Policies)}");
        }
        TraceHeader header = reader.Header;
        RecordedKernel kernel = RecordedKernel.Of(header.KernelRelease);
        ReplaySetup setup = new()
        {
            Kernel = kernel.Profile,
            CpuWords = header.CpuWords,
            Memory = [.. header.Zones.Select(zone => new FrameRange(zone.Node, zone.Start, zone.Frames))],
            Kswapd = header.Kswapd,
            StartNs = reader.FirstTimeNs,
            EndNs = reader.LastTimeNs,
            KnowsLazyCpus = Records(header, TraceEventKind.EnterLazy),
        };
        ReplayJob job = Of(reader, setup, policies.Count > 0 ? policies : Policies, file);
        job.Tell(progress, cancel);
        return job.Result(file, kernel);
    }

    private static ReplayJob Of(TraceReader reader, ReplaySetup setup, IReadOnlyList<string> policies, string file)
    {
        try
        {
            return new ReplayJob(reader, setup, policies);
        }
        catch (ArgumentException e)
        {
            throw new UsageException($"{file}: cannot be replayed: {e.Message}", e);
        }
        catch (OutOfMemoryException e)
        {
            long mebibytes = setup.Memory.Sum(range => range.Frames) >> 8;
            throw new HostCannotException(
                $"{file}: this host has too little memory to replay a machine of {mebibytes} MiB; ask for fewer policies", e);
        }
    }

    private static bool Records(TraceHeader header, TraceEventKind kind) => header.Sources.Any(source => source.Kind == kind);

    private void Tell(IProgress<double>? progress, CancellationToken cancel)
    {
        var window = new TraceEvent[Ahead];
        var sets = new ulong[Ahead * words];
        int read = 0;
        while (read < Ahead && Read(out window[read], sets.AsSpan(read * words, words))) read++;
        for (long told = 0; told < reader.EventsRead; told++)
        {
            if (told % EventsOfAStep == 0)
            {
                cancel.ThrowIfCancellationRequested();
                progress?.Report((double)told / reader.Events);
            }
            int at = (int)(told % Ahead);
            Span<ulong> set = sets.AsSpan(at * words, words);
            Tell(in window[at], set);
            Read(out window[at], set);
        }
        progress?.Report(1);
    }

    private bool Read(out TraceEvent e, Span<ulong> cpus)
    {
        if (!reader.Next(out e)) return false;
        reader.Cpus.CopyTo(cpus);
        replay.Prefetch(e.Frame);
        return true;
    }

    private void Tell(in TraceEvent e, ReadOnlySpan<ulong> cpus)
    {
        var at = new Moment(e.TimeNs, e.Cpu, e.Pid);
        switch (e.Kind)
        {
            case TraceEventKind.UnmapDeferred: replay.UnmapDeferred(at, Cleared(e, skipsInaccessible), cpus); break;
            case TraceEventKind.ClearFlush: replay.ClearFlush(at, Cleared(e, true), cpus); break;
            case TraceEventKind.MigrationEntry: replay.MigrationEntry(at, e.Frame); break;
            case TraceEventKind.FolioBegins: replay.FolioBegins(at, e.Frame, e.Order); break;
            case TraceEventKind.UnmapFlush: replay.UnmapFlush(at, onlyDirty: e.Flag); break;
            case TraceEventKind.BatchFlush: replay.BatchFlush(at, cpus); break;
            case TraceEventKind.RangeFlush: replay.RangeFlush(at, e.Mm, e.Value, e.Flag, cpus); break;
            case TraceEventKind.Free: replay.Free(at, e.Frame, e.Order); break;
            case TraceEventKind.Allocate: replay.Allocate(at, e.Frame, e.Order); break;
            case TraceEventKind.Drain: replay.Drain(at, e.Frame, e.Order); break;
            case TraceEventKind.Refill: replay.Refill(at, e.Frame, e.Order); break;
            case TraceEventKind.WriteFault: replay.WriteFault(at, e.Frame); break;
            case TraceEventKind.WritableMap: replay.WritableMap(at); break;
            case TraceEventKind.EnterLazy: replay.EnterLazy(at); break;
            case TraceEventKind.LoadMm: replay.LoadMm(at, e.Mm); break;
            case TraceEventKind.MigrateBegins: replay.MigrateBegins(at, e.Value); break;
            case TraceEventKind.MigrateEnds: replay.MigrateEnds(at); break;
            case TraceEventKind.Pressure: replay.Pressure(at, e.Value); break;
            default: throw new UsageException($"the trace holds events of kind {(int)e.Kind}, which replay does not know");
        }
    }

    // What joins a batch although no CPU could use it does so on kernels that ask because a change was under way, and a policy's kernel
    // would do the same; on others it does anyway.
    private static ClearedPte Cleared(in TraceEvent e, bool counts) => new(
        e.Frame, e.Mm, e.Pte.HasFlag(PteBits.Present) || (e.Flag && counts), e.Pte.HasFlag(PteBits.Writable), e.Pte.HasFlag(PteBits.Dirty));

    private ReplayResult Result(string file, RecordedKernel kernel)
    {
        TraceHeader header = reader.Header;
        TraceTrailer? trailer = reader.Trailer;
        IReadOnlyList<ReplayedCounts> policies = replay.Finish();
        UnmappedPtes unmapped = replay.Unmapped;
        ReplayedCounts? stock = policies.FirstOrDefault(policy => policy.Name == Stock);
        bool knowsInterrupts = Records(header, TraceEventKind.EnterLazy) && Records(header, TraceEventKind.RangeFlush);
        return new ReplayResult
        {
            Recording = new ReplayedRecording
            {
                File = file,
                Subject = header.Subject,
                KernelRelease = header.KernelRelease,
                Processor = header.Processor,
                Cpus = header.Cpus.Count,
                Started = header.Started,
                Seconds = reader.Seconds,
                Events = reader.EventsRead,
                Lost = reader.LostKnown,
                BytesPerEvent = reader.EventsRead == 0 ? 0 : (double)reader.Bytes / reader.EventsRead,
                Complete = trailer is not null,
            },
            Unmaps = new UnmapShares
            {
                Total = unmapped.Total,
                Qualifying = unmapped.Qualifying,
                Writable = unmapped.Writable,
                LargeFolio = unmapped.LargeFolio,
                NotDeferred = unmapped.NotDeferred,
                Inaccessible = unmapped.Inaccessible,
            },
            Check = new ReplayCheck
            {
                ReplayedBatchFlushes = replay.BatchFlushes,
                CountedBatchFlushes = trailer?.BatchFlushes,
                DifferentCpus = replay.DifferentCpus,
                ReplayedInterrupts = knowsInterrupts ? replay.Interrupts : null,
                CountedInterrupts = trailer?.TlbInterrupts,
            },
            Policies = [.. policies.Select(policy => Replayed(policy, stock))],
            Notes = [.. Notes(kernel)],
        };
    }

    private static ReplayedPolicy Replayed(ReplayedCounts counts, ReplayedCounts? stock) => new()
    {
        Name = counts.Name,
        Flushes = counts.Flushes,
        BatchFlushes = counts.BatchFlushes,
        SingleFlushes = counts.SingleFlushes,
        LazyFlushes = counts.LazyFlushes,
        InterruptsLow = counts.InterruptsLow,
        InterruptsHigh = counts.InterruptsHigh,
        Epochs = counts.Epochs,
        GiveUps = counts.GiveUps,
        FramesLeft = counts.FramesLeft,
        WaitMicroseconds = counts.WaitMicroseconds,
        OverTime = counts.OverTime,
        FlushesSaved = Saved(counts.Flushes, stock?.Flushes),
        InterruptsSaved = counts.InterruptsLow == counts.InterruptsHigh && stock?.InterruptsLow == stock?.InterruptsHigh
            ? Saved(counts.InterruptsLow, stock?.InterruptsLow) : null,
    };

    private static double? Saved(long made, long? byStock) => byStock is > 0 and { } all ? 1 - ((double)made / all) : null;

    private IEnumerable<string> Notes(RecordedKernel kernel)
    {
        TraceHeader header = reader.Header;
        TraceTrailer? trailer = reader.Trailer;
        foreach (string missing in header.Missing) yield return missing;
        if (kernel.Note is { } note) yield return note;
        if (trailer is null)
            yield return "the recording is cut off: what the kernel counted is not known, and events before its end may be missing";
        if (reader.LostKnown > 0)
        {
            double share = (double)reader.LostKnown / (reader.LostKnown + reader.EventsRead);
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{reader.LostKnown} events were lost while recording, {100 * share:0.##} %: counts are too low by about as much");
        }
        if (trailer?.MissedHits > 0)
        {
            yield return $"the kernel missed hits of probes inside other probes, {trailer.MissedHits} in all: "
                + "these events are not in the recording";
        }
        if (reader.EventsRead == 0) yield return "nothing was recorded";
    }
}
