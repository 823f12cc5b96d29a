using System.Globalization;
using Harness.Host.Doctor;
using Harness.Records;
using Harness.Reports;
using Spectre.Console;

namespace Harness.Cli;

/// <summary>The trust table as <c>doctor</c> prints it.</summary>
internal static class DoctorTrust
{
    /// <summary>Prints the table, the works behind it, and why what is not trusted is not.</summary>
    public static void Print(IReadOnlyList<TrustRow> rows)
    {
        IAnsiConsole console = ReportConsole.On(Console.Out);
        Console.Out.WriteLine("\ntrust in the counters");
        TextTable table = new(
            new TextColumn("  counter"),
            new TextColumn("counted", Right: true),
            new TextColumn("expected", Right: true),
            new TextColumn("seen", Right: true),
            new TextColumn("verdict"));
        foreach (TrustRow row in rows)
        {
            table.Row(
                "  " + row.Counter, Share(row), row.Probe is { Why: null } tried ? tried.Expected : "", Seen(row.Probe),
                Plain.Word(row.Verdict));
        }
        table.Write(console);

        console.WriteLine();
        ReportConsole.Paragraph(
            console, "expected and seen: of work of known cost done just now, in the try where the counter moved least", "  ");
        foreach (IGrouping<string, TrustRow> work in rows.Where(row => row.Probe is { Why: null }).GroupBy(row => row.Probe!.Work))
        {
            ReportConsole.Paragraph(console, work.Key, "    ");
        }
        if (rows.Any(row => row.Verdict == TrustVerdict.Unsupported))
            ReportConsole.Paragraph(console, "unsupported: the reason stands with the counter above", "  ");
        foreach (IGrouping<string, TrustRow> why in rows.Where(row => row is { Verdict: not TrustVerdict.Unsupported, Why: not null })
            .GroupBy(row => row.Why!))
        {
            ReportConsole.Paragraph(console, $"{string.Join(", ", why.Select(row => row.Counter))}: {why.Key}", "  ");
        }
    }

    private static string Share(TrustRow row) => row.RunningShare is { } share ? Text($"{100 * share:0.#} %") : "";

    private static string Seen(CounterProbe? probe) => probe?.Seen is { } seen ? Text($"{seen:N0}") : "";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
