using Harness.Analysis;

namespace Harness.Reports;

/// <summary>A letter's summary: what changed, by how much, how surely; what the model says; and what to be careful about.</summary>
internal static class LetterSummary
{
    /// <summary>Writes the table: a counter's name and verdict over its numbers, which so have the whole width.</summary>
    public static void Write(LetterText text, SessionReport report)
    {
        Comparison comparison = report.Comparison;
        Line[] lines = [.. comparison.Rows.Where(row => row.Cpu is null).Select(row => Line.Of(row, comparison.Paired))];
        Line heading = new("counter", "verdict", "before", "after", "change", "95% interval", comparison.Paired ? "pairs" : "runs");
        int[] widths =
        [
            .. Enumerable.Range(0, heading.Cells.Length).Select(i => lines.Append(heading).Max(line => line.Cells[i].Length)),
        ];
        text.Blank();
        text.Line("Summary, medians of all runs:");
        text.Blank();
        foreach (Line line in lines.Prepend(heading))
        {
            int room = LetterText.Width - line.Verdict.Length - 2;
            if (line.Name.Length > room) text.Line(line.Name);
            text.Put((line.Name.Length > room ? "" : line.Name).PadRight(room + 2) + line.Verdict);
            text.Put("  " + string.Join("  ", line.Cells.Select((cell, i) => cell.PadLeft(widths[i]))));
        }
        text.Blank();
        text.Line(Rule(comparison));
    }

    /// <summary>Writes what the model predicts, in one paragraph.</summary>
    public static void WriteModel(LetterText text, SessionReport report)
    {
        if (report.Modelled is not { } model) return;
        string[] changes =
        [
            .. model.Rows.Where(row => row is { Cpu: null, Change: not null, Before.N: > 0 })
                .Select(row => $"{row.Counter} {Plain.Percent(row.Change)}"),
        ];
        if (changes.Length == 0) return;
        text.Blank();
        text.Line("Modelled, not measured: a simulation model of the same kernels, given the same plan, predicts these changes: "
            + string.Join(", ", changes) + ".");
    }

    /// <summary>Writes what speaks against taking the numbers at their word; nothing when there is nothing.</summary>
    public static void WriteCautions(LetterText text, SessionReport report)
    {
        string[] notes = [.. Notes.OfTwoArms(report)];
        if (notes.Length == 0) return;
        text.Blank();
        text.Line("Cautions:");
        foreach (string note in notes) text.Line(note, "- ", "  ");
    }

    private static string Rule(Comparison comparison)
    {
        JudgingRules rules = comparison.Rules;
        string change = comparison.Paired ? "The change is taken pair by pair"
            : "The change is that of the runs' means, with drift allowed for in its interval";
        string counters = comparison.JudgedTogether == 1 ? "the one counter judged"
            : Plain.Whole(comparison.JudgedTogether) + " counters judged together (Holm)";
        return $"{change}. At most {Plain.Share(rules.Alpha)} chance of a false alarm in {counters}. "
            + $"No change: within {Plain.Share(rules.SmallestEffect)} and perhaps 0, or surely within {Plain.Share(rules.Negligible)}.";
    }

    private sealed record Line(string Name, string Verdict, string Before, string After, string Change, string Interval, string N)
    {
        public string[] Cells { get; } = [Before, After, Change, Interval, N];

        public static Line Of(ComparisonRow row, bool paired)
        {
            bool invalid = row.Verdict == Analysis.Verdict.Invalid;
            string n = paired ? Plain.Whole(row.Pairs) : $"{Plain.Whole(row.Before.N)}+{Plain.Whole(row.After.N)}";
            return new Line(
                Plain.Named(Plain.Line(row.Counter), Plain.Line(row.Unit)),
                Words.Of(row.Verdict),
                // a number that must not be compared is not put where numbers are compared
                invalid ? "-" : LetterText.Number(row.Before.Median, row.Unit),
                invalid ? "-" : LetterText.Number(row.After.Median, row.Unit),
                invalid ? "-" : Plain.Percent(row.Change),
                invalid || row is { Low: null, High: null } ? "-" : Plain.Interval(row.Low, row.High),
                n);
        }
    }
}
