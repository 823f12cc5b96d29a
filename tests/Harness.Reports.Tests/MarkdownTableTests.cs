namespace Harness.Reports.Tests;

/// <summary>Does the table to paste hold each counter once, name the model's column, and let no name break out of its cell?</summary>
public sealed class MarkdownTableTests
{
    [Fact]
    public void Each_counter_has_a_row_with_change_interval_n_verdict_and_the_models_change_under_its_name()
    {
        string[] lines = Table(Sessions.Report(Sessions.MeasuredAndModelled()));
        Assert.Equal("| counter | before | after | change [95%] | n | verdict | modelled |", lines[0]);
        Assert.Contains("| interrupts.TLB | 66,520 | 162 | -99.8% [-99.8, -99.8] | 4 | improved | -99.8% |", lines);
        Assert.Equal(2 + Sessions.Counters.Length, lines.Count(line => line.StartsWith('|')));
        Assert.Contains("Repeat: `./run.sh run migrate-batching --pairs 4`", lines);
        Assert.Contains(lines, line => line.Contains("origin emulated", StringComparison.Ordinal) && line.Contains("before vm:6.1, Linux 6.1.0-56", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_a_model_there_is_no_column_for_it() =>
        Assert.DoesNotContain("modelled", Table(Sessions.Report(Sessions.Measured(2)))[0], StringComparison.Ordinal);

    [Fact]
    public void Runs_of_two_sessions_are_counted_apart_and_drift_is_said()
    {
        string[] lines = Table(LetterTests.Apart());
        Assert.Contains(lines, line => line.StartsWith("| interrupts.TLB |", StringComparison.Ordinal) && line.Contains("| 4+4 |", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("drift not excluded", StringComparison.Ordinal));
    }

    [Fact]
    public void Hostile_names_stay_in_their_cells_and_the_command_in_its_code()
    {
        const string hostile = "a|b `c` <img src=x onerror=y> [d](http://e)";
        string[] lines = Table(new SessionReport(Sessions.Measured(2), "before", "after", [.. Sessions.Counters, new(hostile, Records.Better.Lower)])
        {
            Title = hostile, Command = "x `y` | z",
        });
        Assert.Contains(lines, line => line.StartsWith("| a\\|b \\`c\\` &lt;img src=x onerror=y&gt; [d\\](http", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("<img", StringComparison.Ordinal));
        Assert.Contains("Repeat: `` x `y` | z ``", lines);
    }

    [Fact]
    public void An_invalid_comparison_shows_no_numbers()
    {
        string[] lines = Table(Sessions.Report(Sessions.WithProofs()));
        Assert.Contains("| interrupts.TLB | - | - | - | 1 | invalid |", lines);
        Assert.Contains(lines, line => line.Contains("INVALID", StringComparison.Ordinal));
    }

    private static string[] Table(SessionReport report)
    {
        using StringWriter writer = new();
        MarkdownTable.Write(writer, report);
        return Show.Lines(writer.ToString());
    }
}
