using Harness.Analysis;

namespace Harness.Reports;

/// <summary>
/// A session as a Markdown table to paste into a pull request or a mail, with two lines that say what it is and how to repeat it.
/// </summary>
public static class MarkdownTable
{
    /// <summary>Writes the table.</summary>
    /// <exception cref="IOException">The writer cannot take it.</exception>
    public static void Write(TextWriter writer, SessionReport report)
    {
        Comparison comparison = report.Comparison;
        bool withModel = report.Modelled is not null;
        string[] last = withModel ? ["modelled"] : [];
        writer.Write(Markdown.Row(["counter", "before", "after", "change [95%]", "n", "verdict", .. last]));
        writer.Write(Markdown.Rule("lrrrrl" + (withModel ? "r" : "")));
        foreach (ComparisonRow row in comparison.Rows.Where(row => row.Cpu is null))
        {
            string[] cells = [.. Cells(row, comparison.Paired), .. withModel ? [Modelled(report, row)] : Array.Empty<string>()];
            writer.Write(Markdown.Row(cells));
        }
        writer.Write('\n');
        writer.Write(Markdown.Text(What(report)) + "\n\n");
        writer.Write("Repeat: " + Markdown.InlineCode(report.Command) + "\n");
    }

    private static IEnumerable<string> Cells(ComparisonRow row, bool paired)
    {
        bool isCount = Units.IsCount(row.Unit);
        bool invalid = row.Verdict == Verdict.Invalid;
        string interval = Plain.Interval(row.Low, row.High);
        yield return Plain.Named(row.Counter, row.Unit);
        yield return invalid ? "-" : Plain.Number(row.Before.Median, isCount);
        yield return invalid ? "-" : Plain.Number(row.After.Median, isCount);
        yield return invalid ? "-" : $"{Plain.Percent(row.Change)} {interval}".TrimEnd();
        yield return paired ? Plain.Whole(row.Pairs) : $"{Plain.Whole(row.Before.N)}+{Plain.Whole(row.After.N)}";
        yield return Words.Of(row.Verdict);
    }

    private static string Modelled(SessionReport report, ComparisonRow row) =>
        report.Modelled!.Rows.FirstOrDefault(other => other.Counter == row.Counter) is { } model ? Plain.Percent(model.Change) : "-";

    private static string What(SessionReport report)
    {
        IEnumerable<string> lines =
        [
            report.Title,
            .. Heading.Of(report, withModel: false).Where(line => line.Label is "before" or "after" or "machine" or "origin")
                .Select(line => $"{line.Label} {line.Text}"),
            .. report.Comparison.Paired ? Array.Empty<string>() : ["drift " + Differences.Drift(report.Comparison)],
            .. report.Comparison.IsInvalid ? ["INVALID: a setting or the workload did not act, nothing was judged"] : Array.Empty<string>(),
        ];
        return string.Join("; ", lines);
    }
}
