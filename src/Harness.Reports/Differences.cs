using Harness.Analysis;

namespace Harness.Reports;

/// <summary>What the two sides of a comparison do not share beside their name: nobody may read a change without it.</summary>
internal static class Differences
{
    /// <summary>What stands before the first line.</summary>
    public const string Label = "differs";

    /// <summary>More names than this are only counted on a console. Assumed.</summary>
    private const int Shown = 8;

    /// <summary>A value longer than this is cut on a console. Assumed: two fit a line.</summary>
    private const int LongestValue = 60;

    /// <summary>What keeps a change between two sessions from being as sure as one between interleaved runs.</summary>
    public static string Drift(Comparison comparison)
    {
        DriftAllowance[] allowances = [.. comparison.Rows.Where(row => row.Cpu is null).Select(row => row.Drift).OfType<DriftAllowance>()];
        const string caution = "not excluded: the runs are of two sessions, not interleaved. ";
        if (allowances.All(one => one == DriftAllowance.None)) return caution + "The model has none";
        if (Array.TrueForAll(allowances, one => !one.IsAssumed))
        {
            int fewest = allowances.Min(one => Math.Min(one.Before.Sessions, one.After.Sessions));
            return caution + $"Intervals allow for what {Plain.Whole(fewest)} other sessions that ran the same differ by";
        }
        double assumed = DriftAllowance.Of(Analysis.Drift.Assumed, Analysis.Drift.Assumed).Spread;
        return caution + $"Intervals allow for {Plain.Share(assumed)} between them, assumed where fewer than "
            + $"{Analysis.Drift.FewestSessions} other sessions ran the same";
    }

    /// <summary>The console's lines: what speaks for itself; what follows from another kernel or build is only counted.</summary>
    public static IEnumerable<(string Label, string Text)> Of(Comparison comparison)
    {
        EnvironmentDifference[] shown = [.. comparison.Environment.Where(SpeaksForItself).Take(Shown)];
        int more = comparison.Environment.Count - shown.Length;
        string label = Label;
        foreach (EnvironmentDifference one in shown)
        {
            yield return (label, $"{one.Name}: {Cut(one.Before)} | {Cut(one.After)}");
            label = "";
        }
        string others = shown.Length > 0 ? "more names" : "names";
        if (more > 0) yield return (label, $"in {Plain.Whole(more)} {others}, in the report and in --json");
    }

    // A knob or file that only one kernel has, mitigations, the nodes' sizes and checksums differ whenever the kernel does.
    private static bool SpeaksForItself(EnvironmentDifference difference) =>
        difference is { Before: not null, After: not null } && difference.Name != "kernel.build"
        && !difference.Name.StartsWith("vulnerability.", StringComparison.Ordinal)
        && !difference.Name.EndsWith("memory_mib", StringComparison.Ordinal) && difference.Name != "vm.kernel.sha256";

    private static string Cut(string? value) => value is null ? "-" : value.Length <= LongestValue ? value : value[..LongestValue] + "...";
}
