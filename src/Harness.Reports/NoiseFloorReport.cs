using Harness.Analysis;
using Spectre.Console;

namespace Harness.Reports;

/// <summary>An A/A session: what each counter does when nothing differs, and what a comparison on this host could see.</summary>
public static class NoiseFloorReport
{
    /// <summary>The columns.</summary>
    internal static IReadOnlyList<string> Columns { get; } =
        ["counter", "median", "runs ±", "pairs ±", "change", "noise floor", "sees from", ""];

    /// <summary>Prints heading, table and what its columns mean.</summary>
    public static void Write(IAnsiConsole console, SessionReport report, NoiseFloor floor)
    {
        ReportConsole.Paragraph(console, Title(floor), style: new Style(decoration: Decoration.Bold));
        ReportConsole.Labelled(console, Heading.Of(report, withModel: false));
        console.WriteLine();
        TextTable table = new([.. Columns.Select((name, i) => new TextColumn(name, Right: i > 0 && name.Length > 0))]);
        foreach (NoiseFloorRow row in floor.Rows) table.Row([.. Cells(row).Select(cell => new TextCell(cell))]);
        table.Write(console);
        console.WriteLine();
        ReportConsole.Labelled(console, Legend(floor));
        console.WriteLine();
        foreach (string note in Notes(floor)) ReportConsole.Paragraph(console, note, "- ");
    }

    /// <summary>The same as a section of a Markdown file.</summary>
    internal static void Write(TextWriter writer, NoiseFloor floor)
    {
        writer.Write($"\n## Noise floor\n\n{Markdown.Text(Title(floor))}\n\n");
        writer.Write(Markdown.Row(Columns));
        writer.Write(Markdown.Rule("lrrrrrrl"));
        foreach (NoiseFloorRow row in floor.Rows) writer.Write(Markdown.Row(Cells(row)));
        writer.Write('\n');
        foreach ((string label, string text) in Legend(floor)) writer.Write($"- **{Markdown.Text(label)}** {Markdown.Text(text)}\n");
        foreach (string note in Notes(floor)) writer.Write($"- {Markdown.Text(note)}\n");
    }

    /// <summary>What the table is of.</summary>
    internal static string Title(NoiseFloor floor) => $"noise floor of {floor.Plan}: '{floor.Arm}' on both sides";

    /// <summary>A row.</summary>
    internal static string[] Cells(NoiseFloorRow row) =>
    [
        Plain.Named(row.Counter, row.Unit),
        Plain.Number(row.Median, Units.IsCount(row.Unit)),
        Plain.Size(row.RunSpread),
        Plain.Size(row.PairSpread),
        Plain.Percent(row.Change),
        Plain.Size(row.NoiseFloor),
        Plain.Size(row.SmallestEffect),
        row.Flagged ? "flagged" : "",
    ];

    /// <summary>What the columns mean.</summary>
    internal static IEnumerable<(string Label, string Text)> Legend(NoiseFloor floor)
    {
        JudgingRules rules = floor.Rules;
        string pairs = floor.Pairs == 1 ? "1 pair" : $"{Plain.Whole(floor.Pairs)} pairs";
        yield return ("runs ±", "standard deviation of single runs, of both sides; drift over the session is in it");
        yield return ("pairs ±", "standard deviation of the paired changes: 1.4 times that of single runs without drift; "
            + "of counts, at least one event's worth");
        yield return ("floor", $"{Plain.Share(1 - rules.Alpha)} of such sessions show a change under it although nothing differs");
        yield return ("sees", $"the smallest change that {pairs} report in {Plain.Share(rules.Power)} of sessions"
            + (floor.JudgedTogether > 1 ? $", were it the only one in {Plain.Whole(floor.JudgedTogether)} counters" : ""));
    }

    /// <summary>What the rows lack, and in the end whether anything is flagged.</summary>
    internal static IEnumerable<string> Notes(NoiseFloor floor)
    {
        foreach (NoiseFloorRow row in floor.Rows.Where(row => row.Why is not null)) yield return $"{row.Counter}: {row.Why}";
        string flagged = string.Join(", ", floor.Rows.Where(row => row.Flagged).Select(row => row.Counter));
        yield return flagged.Length == 0
            ? "nothing is flagged: the two equal sides cannot be told apart"
            : $"flagged although nothing differs: {flagged}. Chance does that in {Plain.Share(floor.Rules.Alpha)} of sessions; "
                + "run it again, and if it flags again the host is not quiet: comparisons on it find changes that are not there";
    }
}
