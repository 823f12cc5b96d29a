using Harness.Analysis;
using Harness.Records;
using Spectre.Console;

namespace Harness.Reports;

/// <summary>A session as text: for a terminal, a log file, or a letter.</summary>
public static class ConsoleReport
{
    /// <summary>CPUs listed for a counter; a bigger machine shows its busiest. Assumed.</summary>
    private const int CpusShown = 16;

    private static readonly Style Bold = new(decoration: Decoration.Bold);
    private static readonly Style Dim = new(decoration: Decoration.Dim);

    /// <summary>Prints heading, table, parts per CPU, legend and notes.</summary>
    public static void Write(IAnsiConsole console, SessionReport report)
    {
        ReportConsole.Paragraph(console, report.Title, style: Bold);
        ReportConsole.Labelled(console, Heading.Of(report));
        WriteProofs(console, report);

        console.WriteLine();
        Counters(report).Write(console);
        WritePerCpu(console, report);

        console.WriteLine();
        ReportConsole.Labelled(console, Notes.Legend(report));
        ReportConsole.Labelled(console, OwnCosts.Of(report));

        string[] notes = [.. Notes.Of(report)];
        if (notes.Length == 0) return;
        console.WriteLine();
        ReportConsole.Paragraph(console, "notes", style: Bold);
        foreach (string note in notes) ReportConsole.Paragraph(console, note, "- ");
    }

    private static void WriteProofs(IAnsiConsole console, SessionReport report)
    {
        if (report.Comparison.Proofs.Count == 0) return;
        console.WriteLine();
        ReportConsole.Paragraph(console, ProofLines.Heading, style: Bold);
        ReportConsole.Labelled(console, ProofLines.Of(report));
    }

    private static void WritePerCpu(IAnsiConsole console, SessionReport report)
    {
        CounterLine[] lines = [.. CounterRows.PerCpu(report, CpusShown)];
        if (lines.Length == 0) return;
        console.WriteLine();
        PerCpu(lines).Write(console);
        foreach ((string counter, int more) in CounterRows.LeftOut(report, CpusShown))
        {
            ReportConsole.Paragraph(console,
                $"({counter}: the busiest {CpusShown} CPUs; {Plain.Whole(more)} more are in the report and in --json)", style: Dim);
        }
    }

    // the name above, so that the numbers have the whole width of 80 columns
    private static TextTable Counters(SessionReport report)
    {
        Origin[] origins = [.. report.Shown.Select(record => record.Origin).Distinct()];
        string shown = origins.Length == 1 ? Words.Of(origins[0]) : "runs";    // of several, the heading says which
        TextTable table = new(
            new TextColumn("counter"),
            new TextColumn("before", Right: true),
            new TextColumn(Gap: 1),
            new TextColumn("after", Right: true),
            new TextColumn(Gap: 1),
            new TextColumn("change", Right: true),
            new TextColumn("95% interval", Gap: 1));
        foreach (CounterLine line in CounterRows.Judged(report))
        {
            bool model = line.Kind == LineKind.Model;
            if (!model) table.Over(line.Name, new(line.VerdictText, Colour(line.Verdict)));
            if (line.Kind != LineKind.Group) table.Row([.. Numbers(line).Prepend(new("  " + (model ? line.Name.Trim() : shown), Dim))]);
        }
        return table;
    }

    private static TextTable PerCpu(IEnumerable<CounterLine> lines)
    {
        TextTable table = new(
            new TextColumn("per CPU"),
            new TextColumn("before", Right: true),
            new TextColumn(Gap: 1),
            new TextColumn("after", Right: true),
            new TextColumn(Gap: 1),
            new TextColumn("change", Right: true),
            new TextColumn("95% interval", Gap: 1),
            new TextColumn("verdict"));
        foreach (CounterLine line in lines)
        {
            // as narrow as the column may become
            TextCell name = line.Kind == LineKind.Model ? new TextCell("   " + line.Name.Trim(), Dim) : line.Name;
            table.Row([name, .. Numbers(line), new(line.VerdictText, Colour(line.Verdict))]);
        }
        return table;
    }

    private static IEnumerable<TextCell> Numbers(CounterLine line)
    {
        Style? style = line.Kind == LineKind.Model ? Dim : null;
        return
        [
            new(line.Before, style), new(line.BeforeSpread, Dim), new(line.After, style), new(line.AfterSpread, Dim),
            new(line.Change, style), new(line.Interval, Dim),
        ];
    }

    private static Style? Colour(Verdict? verdict) => verdict switch
    {
        Verdict.Improved => new Style(Color.Green),
        Verdict.Regressed => new Style(Color.Red),
        Verdict.Invalid or Verdict.Undecided => new Style(Color.Yellow),
        _ => null,
    };
}
