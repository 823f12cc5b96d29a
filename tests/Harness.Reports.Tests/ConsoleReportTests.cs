using Harness.Records;

namespace Harness.Reports.Tests;

/// <summary>Does the printed session show what was found, fit its width, and stay plain where it should?</summary>
public sealed class ConsoleReportTests
{
    private static readonly string Full = Show.Text(Sessions.Report(Sessions.MeasuredAndModelled()));

    [Fact]
    public void Every_counter_has_a_row_with_both_medians_change_interval_and_verdict()
    {
        Assert.Matches(@"^interrupts\.TLB +improved\n  emulated +66,520 ±0\.8% +162 ±1\.2% +-99\.8% \[-99\.8, -99\.8\]$", Row("interrupts.TLB "));
        Assert.Matches(@"^workload\.elapsed \(s\) +improved\n  emulated +9\.212 .* -34\.0% \[-37\.9, -29\.8\]$", Row("workload.elapsed"));
        Assert.Matches(@"^vmstat\.pgmigrate_success +no change\n  emulated .* 0\.0% \[0\.0, 0\.0\]$", Row("vmstat.pgmigrate_success"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1e-9)]
    [InlineData(1e12)]
    public void No_line_is_wider_than_80_columns_whatever_the_numbers(double times)
    {
        RunRecord Wild(RunRecord run) => run with
        {
            Counters = [.. run.Counters.Select(counter => counter with { Value = counter.Value * (run.Request.Arm == "after" ? times : 1) })],
        };
        string text = Show.Text(Sessions.Report([.. Sessions.MeasuredAndModelled().Select(Wild)]));
        Assert.All(Show.Lines(text), line => Assert.InRange(line.Length, 0, 80));
    }

    [Fact]
    public void The_models_lines_stand_directly_below_their_counter()
    {
        string[] lines = Show.Lines(Full);
        int at = Array.FindIndex(lines, line => line.StartsWith("interrupts.TLB ", StringComparison.Ordinal));
        Assert.Matches(@"^  model +69,845 +170\.1 +-99\.8%$", lines[at + 2]);
        Assert.Matches(@"^  error +\+5\.0% +\+5\.0%$", lines[at + 3]);
    }

    [Fact]
    public void Parts_stand_indented_below_their_counter_without_repeating_its_name()
    {
        string[] lines = Show.Lines(Full);
        int at = Array.FindIndex(lines, line => line.StartsWith("trace.tlb:tlb_flush ", StringComparison.Ordinal));
        Assert.StartsWith("  /remote_ipi_send ", lines[at + 4], StringComparison.Ordinal);
        Assert.DoesNotContain("tlb_flush/remote_ipi_send", string.Join('\n', lines[..(at + 10)]), StringComparison.Ordinal);
    }

    [Fact]
    public void Parts_per_CPU_have_their_own_block_under_their_counters_name()
    {
        string[] lines = Show.Lines(Full);
        int at = Array.FindIndex(lines, line => line.StartsWith("per CPU ", StringComparison.Ordinal));
        Assert.Equal("interrupts.TLB", lines[at + 1]);
        Assert.StartsWith("  /cpu0 ", lines[at + 2], StringComparison.Ordinal);
        Assert.StartsWith("  /cpu3 ", lines[at + 5], StringComparison.Ordinal);
    }

    [Fact]
    public void A_machine_of_512_CPUs_shows_its_busiest_and_says_how_many_more_there_are()
    {
        string text = Show.Text(Sessions.Report(Sessions.Measured(2, cpus: 512)));
        Assert.Equal(16, Show.Lines(text).Count(line => line.StartsWith("  /cpu", StringComparison.Ordinal)));
        Assert.Contains("/cpu511 ", text, StringComparison.Ordinal);
        Assert.Contains("(interrupts.TLB: the busiest 16 CPUs; 496 more are in the report and in --json)", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_heading_names_what_ran_where_in_which_order_and_how_far_to_trust_it()
    {
        foreach (string line in (string[])
        [
            "Migrate anonymous folios to and fro: 6.1 against 6.12",
            "plan     migrate-batching, workload migrate-pingpong",
            "source   a patch letter",
            "before   vm:6.1, Linux 6.1.0-56-cloud-amd64",
            "after    vm:6.12, Linux 6.12.117+deb12-cloud-amd64",
            "machine  4 CPUs; node 0: 4 CPUs, 976 MiB; node 1: no CPU, 1,024 MiB (QEMU",
            "runs     4 pairs, in the order A B B A A B B A (A before, B after)",
            "origin   emulated - software emulation: counts are functional, times are not",
        ])
        {
            Assert.Contains(line, Show.Lines(Full));
        }
    }

    [Fact]
    public void The_legend_states_rule_error_and_the_weighted_error()
    {
        string flat = string.Join(' ', Full.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("at most 5% chance of a false alarm in all 7 counters judged together (Holm); per CPU, in each row", flat, StringComparison.Ordinal);
        Assert.Contains("error (model - measured) / measured", flat, StringComparison.Ordinal);
        Assert.Contains("WMAPE 5% over 8 count rows of both arms; no cost was fitted, so every row is held out", flat, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_terminal_there_are_no_escapes_no_trailing_spaces_and_no_line_over_100_characters()
    {
        Assert.DoesNotContain('\u001b', Full);
        Assert.All(Show.Lines(Full), line => Assert.True(line.Length <= 100 && line == line.TrimEnd(), $"'{line}'"));
    }

    [Fact]
    public void Extreme_names_and_numbers_still_fit_100_characters()
    {
        List<RunRecord> runs =
        [
            .. Sessions.Measured(3).Select((run, i) => run with
            {
                Counters =
                [
                    new Counter { Name = "trace.tlb:tlb_flush", Unit = "events", Value = 999_999_999 - (i * 99_999_999) },
                    .. run.Counters.Where(c => c.Name != "trace.tlb:tlb_flush"),
                ],
            }),
        ];
        Assert.All(Show.Lines(Show.Text(Sessions.Report(runs))), line => Assert.True(line.Length <= 100, $"'{line}'"));
    }

    [Fact]
    public void Failed_and_invalid_runs_are_listed_with_their_reason_and_log()
    {
        List<RunRecord> runs = Sessions.Measured(4);
        runs[1] = runs[1] with { State = RunState.Failed, Failure = FailureKind.BootTimeout, Why = "no init within 60 s", Log = "/r/1.log" };
        string text = Show.Text(Sessions.Report(runs));
        Assert.Contains("- run 1 (after, pair 0, vm:6.12) failed (boot-timeout): no init within 60 s;", text, StringComparison.Ordinal);
        Assert.Contains("3 pairs (1 more incomplete), in the order A B B A A B B A", text, StringComparison.Ordinal);
    }

    [Fact]
    public void One_reason_for_many_rows_is_said_once_beside_the_run_itself()
    {
        List<RunRecord> runs = Sessions.Measured(2);
        runs[0] = runs[0] with { State = RunState.Invalid, Why = "nothing migrated" };
        string text = Show.Text(Sessions.Report(runs));
        Assert.Equal(3, text.Split("nothing migrated").Length);
        Assert.Contains(" invalid", Row("interrupts.TLB ", text), StringComparison.Ordinal);
    }

    [Fact]
    public void The_proof_of_mode_says_of_each_arm_what_moved_or_what_did_not()
    {
        string[] lines = Show.Lines(Show.Text(Sessions.Report(Sessions.WithProofs())));
        int at = Array.IndexOf(lines, "proof of mode");
        Assert.Equal(
            [
                "before   vm:6.1   invalid: numa_balancing=2 did not act: one tier (pair 1; 2 of",
                "         3 runs)",
                "         the plan's mustMove is not met: pgpromote_success stayed 0",
                "after    vm:6.12  ok: numa_pte_updates +33,012; pgpromote_success +15,942 (pair",
                "         0; likewise in all 3 runs)",
            ],
            lines[(at + 1)..(at + 6)]);
        Assert.Contains(lines, line => line.StartsWith("- run 3 (before, pair 1, vm:6.1) invalid: not proven: numa_balancing=2, plan", StringComparison.Ordinal));
        Assert.DoesNotContain("proof of mode", Full, StringComparison.Ordinal);
    }

    [Fact]
    public void A_workload_that_the_model_does_not_know_is_a_note_and_not_silence()
    {
        const string Note = "- the model has no program for migrate-pingpong: nothing is predicted beside it";
        Assert.Contains(Note, Show.Lines(Show.Text(Sessions.Report(Sessions.Measured(2)))));
        Assert.DoesNotContain(Note, Show.Lines(Full));
    }

    [Fact]
    public void One_pair_is_shown_as_undecided_with_the_pairs_that_are_missing()
    {
        string text = Show.Text(Sessions.Report(Sessions.Measured(1)));
        Assert.Matches(@" undecided \+5\n.* n=1 .* n=1 +-99\.8%$", Row("interrupts.TLB ", text));
        Assert.Contains("undecided +k: about k more pairs would settle it", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_model_alone_is_shown_as_modelled_and_without_an_error()
    {
        string text = Show.Text(Sessions.Report([.. Sessions.MeasuredAndModelled().Where(run => run.Origin == Origin.Modelled)]));
        Assert.Contains("origin   modelled - no cost is calibrated", text, StringComparison.Ordinal);
        Assert.Contains("before   model:6.1\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("  error ", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Control_characters_of_a_record_never_reach_the_terminal()
    {
        List<RunRecord> runs = Sessions.Measured(1);
        runs[0] = runs[0] with { State = RunState.Failed, Why = "\u001b[2J\u001b]0;owned\u0007 line\nsecond \u202e" };
        string text = Show.Text(Sessions.Report(runs, "title \u001b[31mred"));
        Assert.DoesNotContain(text, c => char.IsControl(c) && c != '\n');
        Assert.DoesNotContain('\u202e', text);
    }

    // a counter's name with its verdict, and its numbers below
    private static string Row(string start, string? text = null)
    {
        string[] lines = Show.Lines(text ?? Full);
        int at = Array.FindIndex(lines, line => line.StartsWith(start, StringComparison.Ordinal));
        Assert.InRange(at, 0, lines.Length - 2);
        return $"{lines[at]}\n{lines[at + 1]}";
    }
}
