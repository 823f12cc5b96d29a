using Harness.Host.Perf;
using Harness.Host.Proc;

namespace Harness.Host.Timelines;

/// <summary>Opens what a timeline reads: each file once, and only files that hold a counter asked for.</summary>
internal static class TimelineSources
{
    /// <summary>The sources, in the order in which their first counter was asked for.</summary>
    /// <param name="counters">The counters.</param>
    /// <param name="tree">The host's files.</param>
    /// <param name="perf">The run's perf events; they stay the caller's.</param>
    public static IReadOnlyList<ITimelineSource> Open(IReadOnlyList<TimelineName> counters, HostTree tree, PerfSession perf) =>
    [
        .. counters.GroupBy(counter => (counter.Kind, counter.File)).Select(together => Open([.. together], tree, perf)),
    ];

    private static ITimelineSource Open(TimelineName[] counters, HostTree tree, PerfSession perf) => counters[0].Kind switch
    {
        TimelineKind.Interrupts => new InterruptSource(tree.PathOf(counters[0].File), counters),
        TimelineKind.Values => new ValueSource(tree.PathOf(counters[0].File), counters),
        _ => new PerfSource(perf, counters),
    };
}
