using Harness.Analysis;
using Harness.Records;

namespace Harness.Reports;

/// <summary>The counters before and after, with the model's figures in a column of their own.</summary>
internal static class CounterTable
{
    /// <summary>The part; null when there is no counter.</summary>
    public static PageSection? Of(SessionReport report) => report.Comparison.Rows.Count == 0 ? null
        : new PageSection("counters", "Before and after", page =>
        {
            Write(page, report, "Medians of the judged counters", CounterRows.Judged(report));
            page.Details("How to read the table", () => page.Labelled(Notes.Legend(report)));
        });

    /// <summary>Writes a table of such lines.</summary>
    /// <param name="page">The page.</param>
    /// <param name="report">The session.</param>
    /// <param name="caption">The table's caption.</param>
    /// <param name="lines">The lines.</param>
    public static void Write(Page page, SessionReport report, string caption, IEnumerable<CounterLine> lines)
    {
        bool alone = report.Comparison.Before.Origins.Concat(report.Comparison.After.Origins).Contains(Origin.Modelled);
        string modelled = alone ? ", modelled" : "";
        bool beside = report.Modelled is not null;
        string[] model = beside ? ["model: before → after"] : [];
        string[] columns = ["counter", "before" + modelled, "after" + modelled, "change", "verdict", .. model];
        page.Table(caption, "lrrrlr", columns, Rows([.. lines], beside), cards: true);
    }

    private static IEnumerable<PageCell[]> Rows(CounterLine[] lines, bool beside)
    {
        string group = "";
        for (int i = 0; i < lines.Length; i++)
        {
            CounterLine line = lines[i];
            if (line.Kind == LineKind.Group) group = line.Name;
            if (line.Row is not { } row) continue;
            // a row stands for itself, so a part carries its whole name
            bool part = line.Name.StartsWith("  /", StringComparison.Ordinal);
            string name = part ? group + line.Name.Trim() : line.Name;
            if (!part) group = line.Name;
            CounterLine[] model = [.. lines.Skip(i + 1).TakeWhile(next => next.Kind == LineKind.Model)];
            yield return
            [
                new(name, Style: part ? "part" : ""),
                new(line.Before, Spread(line.BeforeSpread, row.Before)),
                new(line.After, Spread(line.AfterSpread, row.After)),
                new(line.Change, line.Interval),
                new($"{VerdictMark.Of(row.Verdict)} {line.VerdictText}", Style: VerdictMark.Style(row.Verdict)),
                .. beside ? [Model(model)] : Array.Empty<PageCell>(),
            ];
        }
    }

    private static string Spread(string spread, Summary summary) => summary.N switch
    {
        0 => "no run",
        1 => "n=1",
        _ => $"{spread} n={Plain.Whole(summary.N)}",
    };

    // the two lines of the console's table: the prediction, and its error
    private static PageCell Model(CounterLine[] lines)
    {
        if (lines.Length == 0) return new PageCell("-", Style: "modelled");
        bool errs = lines.Length > 1 && (lines[1].Before != "-" || lines[1].After != "-");
        string error = errs ? $"error {lines[1].Before}, {lines[1].After}" : "";
        return new PageCell($"{lines[0].Before} → {lines[0].After} ({lines[0].Change})", error, "modelled");
    }
}
