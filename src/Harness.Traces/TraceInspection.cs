using Harness.Records;

namespace Harness.Traces;

/// <summary>What a trace file holds: the object of <c>record --inspect --json</c>.</summary>
public sealed record TraceInspection
{
    /// <summary>The file.</summary>
    public required string File { get; init; }

    /// <summary>Its bytes, up to the end of the last whole block.</summary>
    public required long Bytes { get; init; }

    /// <summary>False when its end is missing.</summary>
    public required bool Complete { get; init; }

    /// <summary>Length of the recording in seconds; of a cut one, from its first event to its last.</summary>
    public required double Seconds { get; init; }

    /// <summary>Blocks of events.</summary>
    public required int Blocks { get; init; }

    /// <summary>Events.</summary>
    public required long Events { get; init; }

    /// <summary>Bytes of the file for each event; null without events.</summary>
    public double? BytesPerEvent => Events > 0 ? (double)Bytes / Events : null;

    /// <summary>Events of each kind that was recorded or is in the file.</summary>
    public required IReadOnlyList<KindCount> Kinds { get; init; }

    /// <summary>Events that were lost.</summary>
    public required long Lost { get; init; }

    /// <summary>The same, of the CPUs that lost any.</summary>
    public required IReadOnlyList<LostEvents> LostByCpu { get; init; }

    /// <summary>The file's header.</summary>
    public required TraceHeader Header { get; init; }

    /// <summary>The file's trailer; left out when its end is missing.</summary>
    public TraceTrailer? Trailer { get; init; }

    /// <summary>Reads a whole file, and so checks all of it.</summary>
    /// <exception cref="UsageException">It cannot be read, is no trace file, of a newer version, or damaged.</exception>
    public static TraceInspection Of(string path)
    {
        using TraceReader reader = TraceReader.Open(path);
        long[] events = new long[TraceFormat.MostKinds + 1];
        while (reader.Next(out TraceEvent e)) events[(int)e.Kind]++;
        return new TraceInspection
        {
            File = path,
            Bytes = reader.Bytes,
            Complete = reader.Trailer is not null,
            Seconds = reader.Seconds,
            Blocks = reader.Blocks,
            Events = reader.Events,
            Kinds =
            [
                .. from kind in Enum.GetValues<TraceEventKind>()
                   let probes = reader.Header.Sources.Where(source => source.Kind == kind).Select(source => source.Probe).ToArray()
                   where events[(int)kind] > 0 || probes.Length > 0
                   select new KindCount(kind, KindNames.Of(kind), events[(int)kind], probes),
            ],
            Lost = reader.LostKnown,
            LostByCpu = reader.Lost,
            Header = reader.Header,
            Trailer = reader.Trailer,
        };
    }

    /// <summary>The same as plain lines.</summary>
    public void Print(TextWriter to) => InspectionText.Print(this, to);
}

/// <summary>Events of a kind.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Name">The kernel's name for it.</param>
/// <param name="Events">How many.</param>
/// <param name="Probes">What was asked of the kernel to see them.</param>
public sealed record KindCount(TraceEventKind Kind, string Name, long Events, IReadOnlyList<string> Probes);
