using System.Globalization;
using Harness.Analysis;
using Harness.Records;

namespace Harness.Reports;

/// <summary>What the two sides of a session ran on, as text: the same for every file.</summary>
internal static class EnvironmentRows
{
    /// <summary>One row for each property, those of the environment that differ at the end.</summary>
    public static IEnumerable<(string Label, string Before, string After)> Of(SessionReport report)
    {
        Side before = new(report, report.Comparison.Before);
        Side after = new(report, report.Comparison.After);
        (string Label, Func<Side, string?> Of)[] properties =
        [
            ("arm", side => side.Facts.Name),
            ("target", side => side.Facts.Target),
            ("runs done, failed, invalid", side => Text($"{side.Facts.Done}, {side.Facts.Failed}, {side.Facts.Invalid}")),
            ("kernel", side => side.Host?.KernelRelease),
            ("command line", side => side.Host?.CommandLine),
            ("processor", side => side.Host?.CpuModel),
            ("microcode", side => side.Host?.Microcode),
            ("hypervisor", side => side.Host?.Hypervisor),
            ("CPUs and nodes", side => side.Host is null ? null : Heading.Machine(side.Host)),
            ("memory tiers", side => Tiers(side.Host)),
            ("distances", side => Distances(side.Host)),
            ("knobs in force", side => Knobs(side.Runs)),
            ("own cost of one run (median)", side => OwnCosts.Median(side.Runs)),
        ];
        foreach ((string label, Func<Side, string?> of) in properties) yield return (label, of(before) ?? "-", of(after) ?? "-");
        foreach (EnvironmentDifference difference in report.Comparison.Environment)
        {
            yield return ("differs: " + difference.Name, difference.Before ?? "-", difference.After ?? "-");
        }
    }

    /// <summary>What both sides have alike, by name; empty when nothing of it was recorded.</summary>
    public static IEnumerable<(string Name, string Value)> Shared(SessionReport report)
    {
        RunRecord? example = new[] { report.Comparison.Before, report.Comparison.After }.SelectMany(arm => new Side(report, arm).Runs)
            .FirstOrDefault(run => run.Environment.Count > 0);
        if (example is null) return [];
        HashSet<string> differs = [.. report.Comparison.Environment.Select(difference => difference.Name)];
        return example.Environment.Where(pair => !differs.Contains(pair.Key)).Select(pair => (pair.Key, pair.Value));
    }

    private static string? Tiers(HostDescription? host)
    {
        if (host is null) return null;
        IEnumerable<string> tiers = host.Nodes.Where(node => node.Tier is not null)
            .GroupBy(node => node.Tier)
            .OrderBy(tier => tier.Key)
            .Select(tier => Text($"{tier.Key}: node {string.Join(", ", tier.Select(node => node.Id))}"));
        return string.Join("; ", tiers) is { Length: > 0 } text ? text : "none in this kernel";
    }

    private static string? Distances(HostDescription? host) => host is null ? null
        : string.Join("; ", host.Nodes.Where(node => node.Distances.Count > 0)
            .Select(node => Text($"node {node.Id}: {string.Join(' ', node.Distances)}")));

    private static string? Knobs(IReadOnlyList<RunRecord> runs) =>
        string.Join("; ", runs.SelectMany(run => run.KnobsInForce).Distinct().Select(knob => $"{knob.Knob} = {knob.Value}"))
            is { Length: > 0 } text ? text : null;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed class Side(SessionReport report, ArmFacts facts)
    {
        public ArmFacts Facts { get; } = facts;

        public HostDescription? Host { get; } = report.HostOf(facts.Name);

        public IReadOnlyList<RunRecord> Runs { get; } =
            [.. report.Shown.Where(run => run.Request.Arm == facts.Name && run.State == RunState.Done)];
    }
}
