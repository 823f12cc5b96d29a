using Harness.Records;
using Spectre.Console;

namespace Harness.Reports;

/// <summary>What flush policies would have made of a recorded run, as text.</summary>
public static class ReplayReport
{
    private static readonly Style Bold = new(decoration: Decoration.Bold);
    private static readonly Style Dim = new(decoration: Decoration.Dim);

    /// <summary>Prints the recording, the check of the replay, the table of policies, and where what they leave goes.</summary>
    public static void Write(IAnsiConsole console, ReplayResult result)
    {
        ReportConsole.Labelled(console, Lines("recorded", ReplayText.Recording(result)));
        ReportConsole.Labelled(console, Lines("check", ReplayText.Check(result.Check)));
        ReportConsole.Labelled(console, [("unmapped", ReplayText.Unmaps(result.Unmaps))]);
        console.WriteLine();
        TextTable table = new([.. ReplayText.Columns.Select((name, i) => new TextColumn(name, Right: i > 0))]);
        foreach (ReplayedPolicy policy in result.Policies) table.Row([.. ReplayText.Cells(policy).Select(TextCell.ToTextCell)]);
        table.Write(console);
        console.WriteLine();
        foreach (string line in ReplayText.Later(result)) ReportConsole.Paragraph(console, line);
        if (ReplayText.Answer(result) is { } answer) ReportConsole.Paragraph(console, answer, style: Bold);
        foreach (string note in result.Notes) ReportConsole.Paragraph(console, note, "- ");
        ReportConsole.Paragraph(console, ReplayText.Legend, style: Dim);
    }

    private static IEnumerable<(string Label, string Text)> Lines(string label, IEnumerable<string> lines) =>
        lines.Select((line, i) => (i == 0 ? label : "", line));
}
