using Harness.Analysis;

namespace Harness.Reports;

/// <summary>What the two sides of a comparison do not share beside their name: nobody may read a change without it.</summary>
internal static class Differences
{
    /// <summary>More names than this are only counted on a console. Assumed.</summary>
    private const int Shown = 12;

    /// <summary>A value longer than this is cut on a console. Assumed: two fit a line.</summary>
    private const int LongestValue = 60;

    /// <summary>The console's lines; those that concern the kernel, memory and processor stand before mitigations and checksums.</summary>
    public static IEnumerable<(string Label, string Text)> Of(Comparison comparison)
    {
        IReadOnlyList<EnvironmentDifference> all = comparison.Environment;
        string label = "differs";
        foreach (EnvironmentDifference one in all.OrderBy(Rank).Take(Shown))
        {
            yield return (label, $"{one.Name}: {Cut(one.Before)} | {Cut(one.After)}");
            label = "";
        }
        if (all.Count > Shown) yield return ("", $"and {Plain.Whole(all.Count - Shown)} more names, in the report and in --json");
    }

    private static int Rank(EnvironmentDifference difference) =>
        difference.Name.EndsWith("sha256", StringComparison.Ordinal) ? 3
        : difference.Name.StartsWith("vulnerability.", StringComparison.Ordinal) ? 2
        : difference.Name.EndsWith("memory_mib", StringComparison.Ordinal) || difference.Name == "kernel.build"
            || difference.Before is null || difference.After is null ? 1 // a knob or file that only one kernel has
        : 0;

    private static string Cut(string? value) => value is null ? "-" : value.Length <= LongestValue ? value : value[..LongestValue] + "...";
}
