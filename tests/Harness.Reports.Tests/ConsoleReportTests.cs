using Xunit.Abstractions;

namespace Harness.Reports.Tests;

public sealed class ConsoleReportTests(ITestOutputHelper output)
{
    [Fact]
    public void Shows()
    {
        output.WriteLine(Show.Text(Sessions.Report(Sessions.MeasuredAndModelled())));
        output.WriteLine(Show.Markdown(Sessions.Report(Sessions.MeasuredAndModelled())));
    }
}
