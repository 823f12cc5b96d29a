using Harness.Analysis;

namespace Harness.Reports.Tests;

internal static class Show
{
    public static string Text(SessionReport report)
    {
        using StringWriter writer = new();
        ConsoleReport.Write(ReportConsole.On(writer), report);
        return writer.ToString();
    }

    public static string Markdown(SessionReport report)
    {
        using StringWriter writer = new();
        MarkdownReport.Write(writer, report);
        return writer.ToString();
    }

    public static string Text(AllNights all)
    {
        using StringWriter writer = new();
        AllNightsReport.Write(ReportConsole.On(writer), all);
        return writer.ToString();
    }

    public static string[] Lines(string text) => text.Split('\n');
}
