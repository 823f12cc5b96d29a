using Harness.Records;

namespace Harness.Reports.Tests;

/// <summary>Does the file hold what it takes to judge and repeat a session, and can no name in it break out of its place?</summary>
public sealed class MarkdownReportTests
{
    private static readonly string Full = Show.Markdown(Sessions.Report(Sessions.MeasuredAndModelled()));

    [Fact]
    public void The_proof_of_mode_has_a_section_of_its_own()
    {
        string text = Show.Markdown(Sessions.Report(Sessions.WithProofs()));
        Assert.Contains(
            "\n## Proof of mode\n\n- **before** vm:6.1   invalid: numa_balancing=2 did not act: one tier (pair 1; 2 of 3 runs)\n- **before** the plan's",
            text, StringComparison.Ordinal);
        Assert.DoesNotContain("Proof of mode", Full, StringComparison.Ordinal);
    }

    [Fact]
    public void Counters_stand_in_a_table_under_their_whole_names_with_the_model_below()
    {
        string[] lines = Show.Lines(Full);
        int at = Array.FindIndex(lines, line => line.StartsWith("| trace.tlb:tlb_flush/remote_ipi_send |", StringComparison.Ordinal));
        Assert.Equal("| trace.tlb:tlb_flush/remote_ipi_send | 21,846 | ±0.8% | 54 | ±0% | -99.8% | [-99.8, -99.7] | improved |", lines[at]);
        Assert.StartsWith("| model | 22,938 |", lines[at + 1], StringComparison.Ordinal);
        Assert.StartsWith("| error | +5.0% |", lines[at + 2], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.StartsWith("| interrupts.TLB/cpu3 |", StringComparison.Ordinal));
    }

    [Fact]
    public void Environment_of_both_arms_own_cost_runs_and_the_command_are_there()
    {
        foreach (string line in (string[])
        [
            "| kernel | 6.1.0-56-cloud-amd64 | 6.12.117+deb12-cloud-amd64 |",
            "| command line | console=ttyS0 panic=-1 | console=ttyS0 panic=-1 |",
            "| memory tiers | 4: node 0, 1 | 4: node 0, 1 |",
            "| knobs in force | numa_balancing = 0 | numa_balancing = 0 |",
            "./run.sh run migrate-batching --pairs 4",
            "- threads = 3",
        ])
        {
            Assert.Contains(line, Show.Lines(Full));
        }
        Assert.Contains("| own cost of one run (median) | CPU 0.02 s, GC pauses 0 s, allocated 120,000 bytes |", Full, StringComparison.Ordinal);
        Assert.Equal(16, Show.Lines(Full).Count(line => line.Contains("| done |", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_table_row_has_as_many_cells_as_its_heading_whatever_the_names()
    {
        const string hostile = "a|b](http://x) <script>alert(1)</script> `c` *d* _e_ ![i](j)\n## no\n| x |";
        List<RunRecord> runs = Sessions.Measured(2);
        runs[0] = runs[0] with
        {
            State = RunState.Failed,
            Why = hostile,
            Target = hostile,
            Checksum = hostile,
            Request = runs[0].Request with { Workload = hostile, Parameters = new Dictionary<string, string> { [hostile] = hostile } },
            Host = runs[0].Host! with { CommandLine = hostile, KernelRelease = hostile },
        };
        string text = Show.Markdown(Sessions.Report(runs, hostile));
        Assert.DoesNotContain("<script", text, StringComparison.Ordinal);
        Assert.DoesNotContain("](http", text.Replace("\\](http", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("\n## no", text, StringComparison.Ordinal);
        int cells = 0;
        foreach (string line in Show.Lines(text))
        {
            int bars = line.Replace("\\|", "", StringComparison.Ordinal).Count(c => c == '|');
            if (line.Length == 0 || line[0] != '|') cells = 0;
            else if (cells == 0) cells = bars;
            else Assert.Equal(cells, bars);
        }
    }

    [Theory]
    [InlineData("tlb_flush", "tlb_flush")]
    [InlineData("_x_ *y*", "\\_x\\_ \\*y\\*")]
    [InlineData("[-99.8, -99.7]", "[-99.8, -99.7]")]
    [InlineData("[a](b) [c]: d", "[a\\](b) [c\\]: d")]
    [InlineData("a|b\\|c", "a\\|b\\\\\\|c")]
    [InlineData("# h", "\\# h")]
    [InlineData("-99.8%", "-99.8%")]
    [InlineData("<b>&amp;", "&lt;b&gt;&amp;amp;")]
    public void Only_what_means_something_in_Markdown_is_escaped(string text, string expected) => Assert.Equal(expected, Markdown.Text(text));

    [Fact]
    public void A_command_with_backticks_stays_inside_its_fence()
    {
        string code = Markdown.Code("x ``` y\n```");
        Assert.Equal("````\nx ``` y ```\n````\n", code);
    }
}
