using System.Globalization;
using Harness.Analysis;
using Harness.Records;
using Spectre.Console;

namespace Harness.Reports;

/// <summary>A plan simulated at scale, as text: arms as columns, each one's change against the first, and the published change.</summary>
public static class ScaledReport
{
    private static readonly Style Bold = new(decoration: Decoration.Bold);
    private static readonly Style Dim = new(decoration: Decoration.Dim);

    /// <summary>Prints the table, what the simulation took, and what is assumed of the machine.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="result">The result.</param>
    /// <param name="rows">Its rows.</param>
    public static void Write(IAnsiConsole console, ScaledResult result, IReadOnlyList<ScaledRow> rows)
    {
        ReportConsole.Paragraph(console, result.Title, style: Bold);
        ReportConsole.Labelled(console,
        [
            ("machine", $"{result.Machine}, {(result.Fraction == 1 ? "full size" : $"{result.Scale} of its memory")}"),
            .. result.Arms.Select(arm => ("arm", Arm(arm))),
            ("memory", string.Create(CultureInfo.InvariantCulture, $"{result.PeakMemoryBytes / 1e9:0.00} GB at most")),
        ]);
        console.WriteLine();
        Table(result, rows).Write(console);
        console.WriteLine();
        ReportConsole.Paragraph(console, "change: against the first arm; all numbers are modelled.", style: Dim);
        if (result.Assumptions.Count == 0) return;
        console.WriteLine();
        ReportConsole.Paragraph(console, "assumed of the machine", style: Bold);
        foreach (string line in result.Assumptions) ReportConsole.Paragraph(console, line, "- ");
    }

    /// <summary>
    /// The workload's simulated time beside the time it took to simulate, and the counted accesses a second where there are any.
    /// </summary>
    private static string Arm(ScaledArm arm)
    {
        RunRecord record = arm.Record;
        string touches = record.Find("model.accesses")?.Value is { } count && arm.WallSeconds > 0
            ? string.Create(CultureInfo.InvariantCulture, $", {count / arm.WallSeconds / 1e6:0.0} million accesses a second")
            : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"{record.Request.Arm} on {record.Target}: {record.WindowSeconds:0.###} s simulated in {arm.WallSeconds:0.0} s{touches}");
    }

    private static TextTable Table(ScaledResult result, IReadOnlyList<ScaledRow> rows)
    {
        List<TextColumn> columns = [new("counter")];
        for (int arm = 0; arm < result.Arms.Count; arm++)
        {
            columns.Add(new TextColumn(result.Arms[arm].Record.Request.Arm, Right: true));
            if (arm > 0) columns.Add(new TextColumn("change", Right: true));
        }
        bool published = rows.Any(row => row.Published is not null);
        if (published) columns.Add(new TextColumn("published", Right: true));
        TextTable table = new([.. columns]);
        foreach (ScaledRow row in rows)
        {
            List<TextCell> cells = [row.Unit.Length > 0 ? $"{row.Counter} ({row.Unit})" : row.Counter];
            for (int arm = 0; arm < row.Values.Count; arm++)
            {
                cells.Add(Plain.Number(row.Values[arm]));
                if (arm > 0) cells.Add(Plain.Percent(row.Changes[arm]));
            }
            if (published) cells.Add(row.Published is null ? "" : Plain.Percent(row.Published));
            table.Row([.. cells]);
        }
        return table;
    }
}
