using Harness.Analysis;
using Spectre.Console;

namespace Harness.Reports;

/// <summary>Every history of a store as text: a line each, and what is news of it.</summary>
public static class AllNightsReport
{
    private static readonly Style Bold = new(decoration: Decoration.Bold);
    private static readonly Style Warning = new(Color.Yellow);

    /// <summary>Prints them.</summary>
    public static void Write(IAnsiConsole console, AllNights all)
    {
        ReportConsole.Paragraph(console, Lead(all), style: Bold);
        foreach (PlanHistory history in all.Histories)
        {
            console.WriteLine();
            ReportConsole.Paragraph(console, NightlyText.Verdict(history), style: Bold);
            if (Silent(all, history) is { } silent) ReportConsole.Paragraph(console, silent, "- ", Warning);
            NightlyConsole.WriteNews(console, history);
        }
    }

    /// <summary>The answer in one sentence.</summary>
    internal static string Lead(AllNights all)
    {
        int silent = all.Histories.Count(history => all.DaysSilent(history) is not null);
        string found = all.Regressed == 0
            ? $"Nothing regressed in {Histories(all.Histories.Count)}"
            : $"A regression stands in {Plain.Whole(all.Regressed)} of {Histories(all.Histories.Count)}";
        return silent == 0 ? found : $"{found}; {Plain.Whole(silent)} had no night lately";
    }

    /// <summary>That a history had no night lately; null when it had.</summary>
    internal static string? Silent(AllNights all, PlanHistory history) =>
        all.DaysSilent(history) is { } days ? $"no night for {Plain.Whole(days)} days: is the box up, and its timer on?" : null;

    private static string Histories(int count) => count == 1 ? "1 history" : $"{Plain.Whole(count)} histories";
}
