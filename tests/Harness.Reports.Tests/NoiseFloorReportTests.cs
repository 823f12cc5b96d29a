using Harness.Analysis;

namespace Harness.Reports.Tests;

/// <summary>Does an A/A session's table show each counter's noise, fit its width, and say when the host is not quiet?</summary>
public sealed class NoiseFloorReportTests
{
    private static readonly NoiseFloorRow Quiet = new()
    {
        Counter = "workload.elapsed", Unit = "s", Median = 0.6745, N = 12, RunSpread = 0.0123, PairSpread = 0.0002, Change = -0.02,
        Low = -0.03, High = -0.01, NoiseFloor = 0.0146, SmallestEffect = 75.8, Flagged = false,
    };

    [Fact]
    public void Each_counter_has_one_row_with_its_spreads_floor_and_smallest_effect()
    {
        string text = Text(Quiet, new NoiseFloorRow { Counter = "interrupts.TLB", Unit = "interrupts", N = 0, Flagged = false, Why = "not supported here" });
        Assert.Matches(@"\nworkload\.elapsed \(s\) +0\.6745 +1\.2% +<0\.1% +-2\.0% +1\.5% +7,580%\n", text);
        Assert.Matches(@"\ninterrupts\.TLB +- +- +- +- +- +-\n", text);
        Assert.Contains("- interrupts.TLB: not supported here\n", text, StringComparison.Ordinal);
        Assert.Contains("nothing is flagged", text, StringComparison.Ordinal);
        Assert.All(Show.Lines(text), line => Assert.InRange(line.Length, 0, ReportConsole.Widest));
        Assert.DoesNotContain("model", text, StringComparison.Ordinal);    // its lines are not in this table
    }

    [Fact]
    public void A_flag_is_named_and_its_meaning_told()
    {
        string text = Text(Quiet with { Flagged = true });
        Assert.Matches(@"7,580% +flagged\n", text);
        Assert.Contains("flagged although nothing differs: workload.elapsed. Chance does", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_Markdown_report_of_such_a_session_has_the_same_table()
    {
        string text = Show.Markdown(Report(Quiet));
        Assert.Contains("## Noise floor", text, StringComparison.Ordinal);
        Assert.Contains("| workload.elapsed (s) | 0.6745 | 1.2% | &lt;0.1% | -2.0% | 1.5% | 7,580% |  |", text, StringComparison.Ordinal);
        Assert.DoesNotContain("## Noise floor", Show.Markdown(Sessions.Report(Sessions.Measured(2))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_comparison_says_what_it_could_have_found_where_it_found_nothing()
    {
        string note = Show.Lines(Show.Markdown(Sessions.Report(Sessions.Measured(4)))).Single(line => line.Contains("smallest change", StringComparison.Ordinal));
        Assert.StartsWith("- smallest change that 4 pairs would have found in 80% of sessions: ", note, StringComparison.Ordinal);
        Assert.Contains("vmstat.pgmigrate_success 0.5%", note, StringComparison.Ordinal);
        Assert.DoesNotContain("interrupts.TLB", note, StringComparison.Ordinal);
    }

    private static SessionReport Report(params NoiseFloorRow[] rows)
    {
        SessionReport plain = Sessions.Report(Sessions.MeasuredAndModelled());
        NoiseFloor floor = new() { Plan = "p", Arm = "before", Target = "vm:6.1", Pairs = 6, Rows = rows, JudgedTogether = 9 };
        return new SessionReport(plain.Records, "before", "after", Sessions.Counters) { Title = plain.Title, Command = plain.Command, NoiseFloor = floor };
    }

    private static string Text(params NoiseFloorRow[] rows)
    {
        using StringWriter writer = new();
        SessionReport report = Report(rows);
        NoiseFloorReport.Write(ReportConsole.On(writer), report, report.NoiseFloor!);
        return writer.ToString();
    }
}
