using System.Globalization;
using Harness.Records;

namespace Harness.Reports;

/// <summary>One probe of an arm over all its runs, as text.</summary>
internal sealed record ProbeRow(string Arm, string Counter, string Work, string Expected, string Seen, string Verdict);

/// <summary>What the probes of a session say, the same for a console and a file.</summary>
internal static class ProbeRows
{
    /// <summary>One row for each arm, counter and work.</summary>
    public static IEnumerable<ProbeRow> Of(SessionReport report) => Runs(report).GroupBy(run => run.Request.Arm)
        .SelectMany(arm => arm.SelectMany(run => run.Probes)
            .GroupBy(probe => (probe.Counter, probe.Work))
            .Select(probes => Row(arm.Key, [.. probes])));

    /// <summary>One line on all of them; null when there are none.</summary>
    public static string? InShort(SessionReport report)
    {
        CounterProbe[] probes = [.. Runs(report).SelectMany(run => run.Probes)];
        if (probes.Length == 0) return null;
        string[] tried = Names(probes.Where(probe => probe.Seen is not null));
        string[] failed = Names(probes.Where(IsFailed));
        string[] untried =
            [.. Names(probes.Where(probe => probe.Seen is null)).Intersect(report.Comparison.Rows.Select(row => row.Counter))];
        return Text($"{tried.Length} counters held against work of known cost and against each other")
            + (failed.Length == 0 ? "; none failed" : $"; failed: {string.Join(", ", failed)}")
            + (untried.Length == 0 ? "" : $"; not tried in every run: {string.Join(", ", untried)}");
    }

    private static ProbeRow Row(string arm, CounterProbe[] probes)
    {
        string[] expected = [.. probes.Select(probe => probe.Expected).Distinct()];
        int failed = probes.Count(IsFailed);
        return new ProbeRow(
            arm,
            probes[0].Counter,
            probes[0].Work,
            expected.Length == 1 ? expected[0] : "by run",
            Range(probes.Min(probe => probe.Seen), probes.Max(probe => probe.Seen)),
            probes.FirstOrDefault(probe => probe.Seen is null) is { } untried ? "not tried: " + (untried.Why ?? "no reason was recorded")
                : failed == 0 ? "passed" : Text($"failed in {failed} of {probes.Length} runs"));
    }

    private static string Range(double? least, double? most) =>
        least == most ? Plain.Number(least) : $"{Plain.Number(least)} to {Plain.Number(most)}";

    private static bool IsFailed(CounterProbe probe) => probe is { Seen: not null, Passed: false };

    private static string[] Names(IEnumerable<CounterProbe> probes) => [.. probes.Select(probe => probe.Counter).Distinct()];

    private static IEnumerable<RunRecord> Runs(SessionReport report) => report.Shown.Where(run => run.State == RunState.Done);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
