using System.Globalization;
using Harness.Host.Knobs;
using Harness.Host.Timelines;
using Harness.Records;

namespace Harness.Host.Runs;

/// <summary>The counters between two moments of a run.</summary>
internal interface IWindow : IDisposable
{
    /// <summary>What samples the timeline between the two moments; null when none was asked for.</summary>
    TimelineSampler? Sampler => null;

    /// <summary>The first moment.</summary>
    void Begin();

    /// <summary>The second moment.</summary>
    void End();

    /// <summary>What moved between the two.</summary>
    IReadOnlyList<Counter> Counters();
}

/// <summary>What a run takes from the host it runs on; a test gives its own.</summary>
internal sealed record RunParts
{
    /// <summary>Those of the running kernel.</summary>
    internal static RunParts Real { get; } = new()
    {
        Describe = Proc.ThisHost.Describe,
        OpenWindow = static (request, cpus) => new HostWindow(request, cpus),
        Probe = Probes.CounterProbes.OfThisProcess,
        Tree = new KnobTree(),
        OomKills = static () => OomKillsIn(File.ReadAllText("/proc/vmstat")),
    };

    /// <summary>Describes the host.</summary>
    internal required Func<HostDescription> Describe { get; init; }

    /// <summary>Opens the counters that a request asks for, on the online CPUs.</summary>
    internal required Func<RunRequest, IReadOnlyList<int>, IWindow> OpenWindow { get; init; }

    /// <summary>What the host's counters make of work of known cost.</summary>
    internal Func<HostDescription, IReadOnlyList<CounterProbe>> Probe { get; init; } = static _ => [];

    /// <summary>The knob files.</summary>
    internal required KnobTree Tree { get; init; }

    /// <summary>Folder that an external program's output is kept in; null to keep none.</summary>
    internal string? Logs { get; init; }

    /// <summary>Processes the kernel's OOM killer has ended since boot.</summary>
    internal required Func<long> OomKills { get; init; }

    private static long OomKillsIn(string vmstat)
    {
        const string Name = "oom_kill ";
        foreach (ReadOnlySpan<char> line in vmstat.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(Name, StringComparison.Ordinal)
                && long.TryParse(line[Name.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out long kills))
                return kills;
        }
        return 0;
    }
}
