using Harness.Analysis;

namespace Harness.Reports;

/// <summary>What the two sides of a comparison do not share beside their name: nobody may read a change without it.</summary>
internal static class Differences
{
    /// <summary>More names than this are only counted on a console. Assumed.</summary>
    private const int Shown = 8;

    /// <summary>A value longer than this is cut on a console. Assumed: two fit a line.</summary>
    private const int LongestValue = 60;

    /// <summary>The console's lines: what speaks for itself; what follows from another kernel or build is only counted.</summary>
    public static IEnumerable<(string Label, string Text)> Of(Comparison comparison)
    {
        EnvironmentDifference[] shown = [.. comparison.Environment.Where(SpeaksForItself).Take(Shown)];
        int more = comparison.Environment.Count - shown.Length;
        string label = "differs";
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
        && !difference.Name.EndsWith("memory_mib", StringComparison.Ordinal) && !difference.Name.EndsWith("sha256", StringComparison.Ordinal);

    private static string Cut(string? value) => value is null ? "-" : value.Length <= LongestValue ? value : value[..LongestValue] + "...";
}
