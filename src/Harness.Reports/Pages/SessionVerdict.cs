using System.Globalization;
using Harness.Analysis;
using Harness.Records;

namespace Harness.Reports;

/// <summary>The first two parts of a session's page: its verdict, and what was asked.</summary>
internal static class SessionVerdict
{
    /// <summary>Counters of one verdict that get a sentence each, and names that are spelled out; tables have the others.
    /// Assumed.</summary>
    private const int Spelled = 12;

    // what a reader must not miss stands first
    private static readonly Verdict[] Order =
        [Verdict.Regressed, Verdict.Improved, Verdict.Changed, Verdict.Undecided, Verdict.Invalid, Verdict.NoChange];

    /// <summary>What the comparison says, the worst first.</summary>
    public static PageSection Of(SessionReport report) => new("verdict", "Verdict", page =>
    {
        page.Paragraph(Lead(report), "lead");
        page.Paragraph(Basis(report), "soft");
        if (!report.Comparison.Paired) page.Paragraph($"Drift is {Differences.Drift(report.Comparison)}.");
        if (report.NoiseFloor is null) page.Statements(Statements(report));
        string[] failures = [.. Failures(report)];
        if (failures.Length > 0) page.Paragraph($"Without a result: {string.Join("; ", failures)}. The notes say why.");
    });

    /// <summary>The plan, its arms and the machine; the environment's values have a part of their own.</summary>
    public static PageSection Asked(SessionReport report) => new("asked", "What was asked", page => page.Labelled(
    [
        .. Heading.Of(report, withModel: false).Where(line => line.Label is not ("" or Differences.Label)),
        .. Differing(report),
        ("session", string.Join(" and ", report.Records.Select(run => run.Request.Session).Distinct())),
        .. Began(report),
    ]));

    private static IEnumerable<(string Label, string Text)> Differing(SessionReport report)
    {
        string[] names = [.. report.Comparison.Environment.Select(difference => difference.Name)];
        string more = names.Length > Spelled ? $" and {Plain.Whole(names.Length - Spelled)} more" : "";
        string shown = string.Join(", ", names.Take(Spelled));
        if (names.Length > 0) yield return (Differences.Label, $"{shown}{more}: the values are under Environment");
    }

    private static IEnumerable<(string Label, string Text)> Began(SessionReport report)
    {
        if (report.Manifest is not { } manifest) yield break;
        string box = manifest.Box is null ? "" : $" on {manifest.Box}";
        string ended = manifest.Ended is { } end ? $"; over {Time(end)}" : "; runs are left";
        yield return ("began", $"{Time(manifest.Created)}{box}{ended}");
        if (manifest.Shape is { } shape) yield return ("shape", shape);
        if (manifest.Accepted is { } why) yield return ("accepted", why);
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static string Lead(SessionReport report)
    {
        Comparison comparison = report.Comparison;
        if (comparison.Paired ? comparison.Pairs == 0 : comparison.Before.Done == 0 || comparison.After.Done == 0)
            return comparison.IsInvalid ? "Invalid: nothing could be judged"
                : $"No verdict: no {(comparison.Paired ? "pair" : "run of a side")} gave a result";
        if (report.NoiseFloor is { } floor)
        {
            string[] flagged = [.. floor.Rows.Where(row => row.Flagged).Select(row => row.Counter)];
            return flagged.Length == 0
                ? "Quiet: the two equal sides cannot be told apart" : $"Flagged although nothing differs: {string.Join(", ", flagged)}";
        }
        if (comparison.IsInvalid) return "Invalid: nothing could be judged, since something did not act";
        string[] parts =
        [
            .. Order.Select(verdict => (verdict, Count: Rows(report, verdict).Count())).Where(part => part.Count > 0)
                .Select(part => $"{Plain.Whole(part.Count)} {Words.Of(part.verdict)}"),
        ];
        return parts.Length == 0 ? "No counter was to be judged" : Capital(string.Join(", ", parts));
    }

    private static string Basis(SessionReport report)
    {
        Comparison comparison = report.Comparison;
        string origin = Words.Of(comparison.Before.Origins.Union(comparison.After.Origins)) ?? "none";
        string pairs = !comparison.Paired
            ? $"{Plain.Whole(comparison.Before.Done)} and {Plain.Whole(comparison.After.Done)} runs of two sessions"
            : comparison.Pairs == 1 ? "1 pair" : $"{Plain.Whole(comparison.Pairs)} pairs";
        string dropped = comparison.DroppedPairs > 0 ? $", {Plain.Whole(comparison.DroppedPairs)} more incomplete" : "";
        string alone = origin == Words.Of(Origin.Modelled) ? ": what the model predicts, nothing was measured" : "";
        string[] cautions = [.. report.Shown.Select(run => run.Caution).OfType<string>().Distinct()];
        string caution = cautions.Length > 0 ? " - " + string.Join("; ", cautions) : "";
        return $"{Heading.Arm(comparison.Before, "before")} against {Heading.Arm(comparison.After, "after")}; "
            + $"{pairs}{dropped}; {origin}{alone}{caution}.";
    }

    private static IEnumerable<PageStatement> Statements(SessionReport report)
    {
        foreach (Verdict verdict in Order)
        {
            ComparisonRow[] rows = [.. Rows(report, verdict)];
            bool each = verdict is Verdict.Regressed or Verdict.Improved or Verdict.Changed;
            foreach (ComparisonRow row in each ? rows.Take(Spelled) : []) yield return Statement(verdict, row.Counter, Sentence(row));
            int more = rows.Length - Spelled;
            if (each && more > 0) yield return Statement(verdict, "", $"and {Plain.Whole(more)} more, in the table");
            if (each || rows.Length == 0) continue;
            if (verdict == Verdict.NoChange) yield return Statement(verdict, "", string.Join(", ", rows.Select(row => row.Counter)));
            else
            {
                foreach (IGrouping<string, ComparisonRow> same in rows.GroupBy(row => row.Why ?? ""))
                {
                    string values = same.Count() == 1 && same.First() is { Before.N: > 0, After.N: > 0 } one ? Sentence(one) : "";
                    string why = same.Key.Length == 0 ? "" : $"{(values.Length > 0 ? "; " : "- ")}{same.Key}";
                    yield return Statement(verdict, string.Join(", ", same.Select(row => row.Counter)), values + why);
                }
            }
        }
    }

    private static PageStatement Statement(Verdict verdict, string name, string text) =>
        new(VerdictMark.Style(verdict), VerdictMark.Of(verdict), Words.Of(verdict), name, text);

    private static string Sentence(ComparisonRow row)
    {
        bool isCount = Units.IsCount(row.Unit);
        string interval = row is { Low: not null, High: not null } ? $", 95% interval {Plain.Interval(row.Low, row.High)}" : "";
        string unit = row.Unit.Length == 0 || isCount ? "" : " " + row.Unit;
        return $"{Plain.Number(row.Before.Median, isCount)} → {Plain.Number(row.After.Median, isCount)}{unit}"
            + (row.Change is null ? "" : $" ({Plain.Percent(row.Change)}{interval})");
    }

    private static IEnumerable<string> Failures(SessionReport report) => report.Records.Where(run => run.State != RunState.Done)
        .GroupBy(RunRows.State)
        .Select(same => $"{Plain.Whole(same.Count())} {(same.Count() == 1 ? "run" : "runs")} {same.Key}");

    private static IEnumerable<ComparisonRow> Rows(SessionReport report, Verdict verdict) =>
        report.Comparison.Rows.Where(row => row.Cpu is null && row.Verdict == verdict);

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
