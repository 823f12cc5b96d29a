namespace Harness.Model;

/// <summary>What is known of a recorded run before its first event.</summary>
public sealed record ReplaySetup
{
    /// <summary>
    /// Most frames that a replay keeps a table of: 4 TiB of memory (assumed: twice the largest hosts with slow memory today).
    /// </summary>
    public const long MostFrames = 1L << 30;

    /// <summary>The recorded kernel.</summary>
    public required Profile Kernel { get; init; }

    /// <summary>64-bit words of a set of CPUs, 1 to 16.</summary>
    public required int CpuWords { get; init; }

    /// <summary>Where the machine's frames are.</summary>
    public required IReadOnlyList<FrameRange> Memory { get; init; }

    /// <summary>Threads that reclaim: kswapd of each node.</summary>
    public IReadOnlyList<int> Kswapd { get; init; } = [];

    /// <summary>When the recording began, on its clock.</summary>
    public required long StartNs { get; init; }

    /// <summary>When it ended; only the division of the time into parts depends on it.</summary>
    public required long EndNs { get; init; }

    /// <summary>It is recorded when CPUs go lazy and when they load an address space.</summary>
    public bool KnowsLazyCpus { get; init; } = true;
}

/// <summary>Frames of one node without gaps.</summary>
/// <param name="Node">The node.</param>
/// <param name="Start">The first.</param>
/// <param name="Frames">How many.</param>
public sealed record FrameRange(int Node, long Start, long Frames);
