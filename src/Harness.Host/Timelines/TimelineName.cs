using System.Globalization;
using Harness.Host.Knobs;
using Harness.Host.Proc;
using Harness.Records;

namespace Harness.Host.Timelines;

/// <summary>Where a counter of a timeline is read.</summary>
internal enum TimelineKind
{
    /// <summary>A row of <c>/proc/interrupts</c>.</summary>
    Interrupts,

    /// <summary>A name of a vmstat or numastat file.</summary>
    Values,

    /// <summary>A perf event of the run.</summary>
    Perf,
}

/// <summary>A counter of a timeline, taken apart.</summary>
/// <param name="Counter">Its whole name.</param>
/// <param name="Kind">Where it is read.</param>
/// <param name="File">The file as the host sees it; empty for a perf event.</param>
/// <param name="Row">The kernel's name in the file; empty for a perf event.</param>
internal sealed record TimelineName(string Counter, TimelineKind Kind, string File = "", string Row = "")
{
    private const int Longest = 128;    // assumed: no name of the kernel is longer

    /// <summary>Takes a name apart.</summary>
    /// <param name="counter">The name; see <see cref="Records.Counter.Name"/>.</param>
    /// <param name="events">The perf events that the run counts.</param>
    /// <exception cref="UsageException">Nothing that can be sampled is called so.</exception>
    internal static TimelineName Parse(string counter, IReadOnlyList<string> events)
    {
        string shown = $"timeline counter '{PlainText.OneLine(counter, 100)}'";
        if (counter.Length > Longest || counter.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)))
            throw new UsageException($"{shown}: a counter's name has no blanks and at most {Longest} characters");
        string[] parts = counter.Split('.', 2);
        string rest = parts.Length == 2 ? parts[1] : "";
        if (rest.Length == 0) throw Unknown(shown);
        return parts[0] switch
        {
            "interrupts" => new(counter, TimelineKind.Interrupts, "/proc/interrupts", rest),
            "vmstat" => new(counter, TimelineKind.Values, "/proc/vmstat", rest),
            "perf" => Perf(counter, rest, events, shown),
            "trace" => Perf(counter, rest.Split('/')[0], events, shown),
            _ => OfNode(counter, parts[0], rest) ?? throw Unknown(shown),
        };
    }

    private static TimelineName Perf(string counter, string name, IReadOnlyList<string> events, string shown) =>
        events.Contains(name, StringComparer.Ordinal)
            ? new(counter, TimelineKind.Perf)
            : throw new UsageException($"{shown}: its event '{PlainText.OneLine(name, 100)}' is not among the run's events");

    private static TimelineName? OfNode(string counter, string node, string rest)
    {
        string[] parts = rest.Split('.', 2);
        bool valid = parts.Length == 2 && parts[1].Length > 0 && ProcFileSet.NodeFiles.Contains(parts[0])
            && node.StartsWith("node", StringComparison.Ordinal)
            && int.TryParse(node.AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out int id) && id <= IdList.LargestId;
        return valid ? new(counter, TimelineKind.Values, $"{ThisHost.NodeFolder}/{node}/{parts[0]}", parts[1]) : null;
    }

    private static UsageException Unknown(string shown) => new($"{shown}: it cannot be sampled; give interrupts.ROW, vmstat.NAME, "
        + "nodeN.vmstat.NAME, nodeN.numastat.NAME, perf.EVENT or trace.SUBSYSTEM:EVENT");
}
