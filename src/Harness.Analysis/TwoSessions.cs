using System.Globalization;
using Harness.Records;

namespace Harness.Analysis;

/// <summary>The two sides of a comparison whose runs come from two sessions, so that no two of them belong together.</summary>
public sealed class TwoSessions
{
    /// <summary>The two sides.</summary>
    /// <param name="before">The side before.</param>
    /// <param name="after">The side after, of another session.</param>
    /// <exception cref="UsageException">A side has no run with a result, or the sides' numbers came to be in different ways.</exception>
    public TwoSessions(SessionSide before, SessionSide after)
    {
        Before = before;
        After = after;
        if (before.Origin != after.Origin)
        {
            throw new UsageException($"{before.Name} is {Words.Of(before.Origin)} and {after.Name} is {Words.Of(after.Origin)}: "
                + "numbers of different origins are not compared; name two sides of one");
        }
        Records = [.. before.Named, .. after.Named];
        Differences = [.. Facts(before, after).Where(one => one.Before != one.After)];
    }

    /// <summary>The side before.</summary>
    public SessionSide Before { get; }

    /// <summary>The side after.</summary>
    public SessionSide After { get; }

    /// <summary>The records of both sides, each with its side's name as its arm.</summary>
    public IReadOnlyList<RunRecord> Records { get; }

    /// <summary>The counters to show and judge: those of the session before, then what only the other has.</summary>
    public IReadOnlyList<JudgedCounter> Counters =>
        [.. Before.Session.Counters, .. After.Session.Counters.ExceptBy(Before.Session.Counters.Select(one => one.Name), one => one.Name)];

    /// <summary>
    /// What the two sessions do not share of what was asked for: <c>session.plan</c>, <c>session.shape</c>, <c>session.machine</c>,
    /// <c>session.box</c>, <c>session.workload</c>, <c>parameter.NAME</c>.
    /// </summary>
    public IReadOnlyList<EnvironmentDifference> Differences { get; }

    /// <summary>
    /// Why what the workload says of itself (<c>workload.elapsed</c>) is not judged: the two sides did different work. Null when they did
    /// the same. What the kernel counted is judged all the same, beside the difference.
    /// </summary>
    internal string? OtherWork
    {
        get
        {
            string[] names =
            [
                .. Differences.Where(one => one.Name == Workload || one.Name.StartsWith(Parameter, StringComparison.Ordinal)).Select(Text),
            ];
            return names.Length == 0 ? null : $"the sides did different work: {string.Join(", ", names)}";
        }
    }

    private const string Workload = "session.workload";
    private const string Parameter = "parameter.";

    private static string Text(EnvironmentDifference one) => $"{one.Name} {one.Before ?? "-"} | {one.After ?? "-"}";

    private static IEnumerable<EnvironmentDifference> Facts(SessionSide before, SessionSide after)
    {
        yield return Fact("session.plan", side => side.Session.Plan);
        yield return Fact("session.shape", side => side.Session.Altered ? "altered" : side.Session.Shape ?? "own");
        yield return Fact("session.machine", side => side.Session.Machine is { } machine ? Text(machine) : "not recorded");
        yield return Fact("session.box", side => side.Session.Box ?? "not recorded");
        yield return Fact(Workload, side => side.Example.Request.Workload);
        IReadOnlyDictionary<string, string> one = Parameters(before);
        IReadOnlyDictionary<string, string> other = Parameters(after);
        foreach (string name in one.Keys.Union(other.Keys).Order(StringComparer.Ordinal))
        {
            yield return new EnvironmentDifference(Parameter + name, one.GetValueOrDefault(name), other.GetValueOrDefault(name));
        }

        EnvironmentDifference Fact(string name, Func<SessionSide, string> of) => new(name, of(before), of(after));
    }

    private static string Text(MachineShape machine) => string.Create(CultureInfo.InvariantCulture, $"{machine.Cpus} CPUs; ")
        + string.Join("; ", machine.Nodes.Select(node => string.Create(
            CultureInfo.InvariantCulture, $"{node.Cpus} CPUs, {node.MemoryMiB} MiB, {node.LatencyNs} ns, {node.BandwidthMiBps} MiB/s")));

    // the runs' seed is among them, another in each pair
    private static Dictionary<string, string> Parameters(SessionSide side) =>
        side.Example.Request.Parameters.Where(pair => pair.Key != "seed").ToDictionary();
}
