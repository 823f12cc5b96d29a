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

    public static string[] Lines(string text) => text.Split('\n');
}
