namespace Harness.Traces;

/// <summary>What was recorded, and how: the first block of a trace file.</summary>
public sealed record TraceHeader
{
    /// <summary>Version of the format.</summary>
    public int Version { get; init; } = TraceFormat.Version;

    /// <summary>The recorded kernel's release: <c>6.12.115+deb12-cloud-amd64</c>.</summary>
    public required string KernelRelease { get; init; }

    /// <summary>The processor's name.</summary>
    public required string Processor { get; init; }

    /// <summary>The trace clock: <c>mono</c>, …</summary>
    public required string Clock { get; init; }

    /// <summary>When the recording began (UTC).</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>The online CPUs.</summary>
    public required IReadOnlyList<int> Cpus { get; init; }

    /// <summary>64-bit words of a set of CPUs.</summary>
    public required int CpuWords { get; init; }

    /// <summary>Memory zones with pages.</summary>
    public required IReadOnlyList<TraceZone> Zones { get; init; }

    /// <summary>What is recorded, kind by kind.</summary>
    public required IReadOnlyList<TraceSource> Sources { get; init; }

    /// <summary>Parts of the answer that this kernel cannot give, a sentence each.</summary>
    public IReadOnlyList<string> Missing { get; init => field = value ?? []; } = [];

    /// <summary>Offsets into the kernel's structures that the sources use, by field, bytes: <c>mm_struct.cpu_bitmap</c>.</summary>
    public IReadOnlyDictionary<string, int> Offsets { get; init => field = value ?? Empty; } = Empty;

    /// <summary>Threads that reclaim: kswapd of each node.</summary>
    public IReadOnlyList<int> Kswapd { get; init => field = value ?? []; } = [];

    /// <summary>What ran: the plan's or the command's name, and the arm's.</summary>
    public required string Subject { get; init; }

    private static readonly IReadOnlyDictionary<string, int> Empty = new Dictionary<string, int>();
}

/// <summary>A memory zone.</summary>
/// <param name="Node">Its node.</param>
/// <param name="Name">Its name: <c>Normal</c>.</param>
/// <param name="Start">Its first frame.</param>
/// <param name="Frames">Frames that it spans.</param>
public sealed record TraceZone(int Node, string Name, long Start, long Frames);

/// <summary>Where a kind of event comes from.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Probe">
/// What was asked of the kernel: a tracepoint as <c>kmem:mm_page_free</c>, or a probe's definition as tracefs takes it.
/// </param>
public sealed record TraceSource(TraceEventKind Kind, string Probe);
