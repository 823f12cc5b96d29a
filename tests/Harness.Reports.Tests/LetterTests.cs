using Harness.Analysis;
using Harness.Records;

namespace Harness.Reports.Tests;

/// <summary>Can a letter be pasted as it stands, whatever was run, and does it never pass for more than it is?</summary>
public sealed class LetterTests
{
    private const string Hostile = "a|b\u001b[31m\u202e\t" + "<script>\r\n" + "very-long-name-without-any-space-in-it-so-that-it-has-to-be-cut-somewhere-anyway-\ud83d\ude00\ud83d\ude00";

    private static readonly string Full = Letter(Sessions.Report(Sessions.MeasuredAndModelled()));

    public static TheoryData<string> Kinds => [.. Letters.Keys];

    private static Dictionary<string, Func<SessionReport>> Letters { get; } = new()
    {
        ["measured beside the model"] = () => Sessions.Report(Sessions.MeasuredAndModelled()),
        ["one pair"] = () => Sessions.Report(Sessions.Measured(1)),
        ["no run done"] = () => Sessions.Report([.. Sessions.Measured(2).Select(run => run with { State = RunState.Failed, Failure = FailureKind.Timeout, Why = Hostile })]),
        ["256 CPUs"] = () => Sessions.Report(Sessions.Measured(3, cpus: 256)),
        ["forty pairs on 64 CPUs"] = () => Sessions.Report(Sessions.Measured(40, cpus: 64)),
        ["huge numbers"] = () => Sessions.Report([.. Sessions.Measured(3).Select(run => run with { Counters = [.. run.Counters.Select(Huge)] })]),
        ["the model alone"] = () => Sessions.Report([.. Sessions.MeasuredAndModelled().Where(run => run.Origin == Origin.Modelled)]),
        ["invalid"] = () => Sessions.Report(Sessions.WithProofs()),
        ["hostile names"] = () => Sessions.Report([.. Sessions.Measured(2).Select(Renamed)], Hostile),
        ["two sessions"] = () => Apart(),
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_line_of_every_letter_fits_72_columns_and_is_plain(string kind)
    {
        string text = Letter(Letters[kind]());
        string[] lines = text.TrimEnd('\n').Split('\n');
        Assert.True(lines.Length > 10);
        foreach (string line in lines)
        {
            Assert.True(line.Length <= 72, line);
            Assert.Equal(line.TrimEnd(), line);
            Assert.DoesNotContain(line, c => char.IsControl(c) || c == '\u202e');
        }
        Assert.DoesNotContain("\n\n\n", text, StringComparison.Ordinal);
        if (kind != "hostile names" && kind != "no run done") Assert.True(System.Text.Ascii.IsValid(text));
    }

    [Fact]
    public void It_has_what_such_letters_have()
    {
        foreach (string line in (string[])
        [
            "Migrate anonymous folios to and fro: 6.1 against 6.12",
            "EMULATED: counted on real kernels in guests under software emulation.",
            "CPU: 4 CPUs online",
            "Config: numa balancing off",
            "Kernel BEFORE: vm:6.1, Linux 6.1.0-56-cloud-amd64",
            "The test set:",
            "   migrate-pingpong",
            "Run 4 times BEFORE and 4 times AFTER, interleaved, with the same seed on",
            "elapsed (s): 9.118 9.306 9.588 9.118",
            "             87000  tlb:tlb_flush",
            "interrupts.TLB                                                  improved",
            "   ./run.sh run migrate-batching --pairs 4",
        ])
        {
            Assert.Contains(line, Full.Split('\n'));
        }
        Assert.Equal(8, Full.Split('\n').Count(line => line is "BEFORE" or "AFTER"));
        Assert.DoesNotContain("odel", Full, StringComparison.Ordinal);
    }

    [Fact]
    public void The_model_speaks_only_when_asked_and_as_a_model()
    {
        using StringWriter writer = new();
        LetterReport.Write(writer, Sessions.Report(Sessions.MeasuredAndModelled()), withModel: true);
        string flat = writer.ToString().Replace('\n', ' ');
        Assert.Contains("Modelled, not measured: a simulation model of the same kernels, given the same plan, predicts these changes: interrupts.TLB -99.8%", flat, StringComparison.Ordinal);
    }

    [Fact]
    public void An_invalid_comparison_has_no_numbers()
    {
        string text = Letter(Letters["invalid"]());
        Assert.Contains("INVALID, NOT A RESULT: a setting or the workload did not act (not proven:", text.Replace('\n', ' '), StringComparison.Ordinal);
        Assert.DoesNotContain("BEFORE\n------", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Summary", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_that_were_not_counted_or_are_not_trusted_are_named_as_perf_names_them()
    {
        List<RunRecord> runs = [.. Sessions.Measured(2).Select(run => run with
        {
            Counters =
            [
                .. run.Counters.Where(counter => counter.Name != "trace.tlb:tlb_flush"),
                new Counter { Name = "trace.tlb:tlb_flush", Unit = "events", Trust = CounterTrust.Unsupported, Note = "no tracefs" },
            ],
        })];
        string text = Letter(Sessions.Report(runs));
        Assert.Contains("   <not supported>  tlb:tlb_flush\n", text, StringComparison.Ordinal);
        Assert.Contains("not supported here: no tracefs", text.Replace("\n  ", " ", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_sessions_say_that_drift_is_not_excluded_and_which_arm_each_side_is()
    {
        string flat = Letter(Apart()).Replace("\n   ", " ", StringComparison.Ordinal).Replace('\n', ' ');
        Assert.Contains("DRIFT between the two sides is not excluded: the runs are of two sessions, not interleaved.", flat, StringComparison.Ordinal);
        Assert.Contains("Linux 6.1.0-56-cloud-amd64 (s1:before)", flat, StringComparison.Ordinal);
        Assert.Contains("all of the one and, in another session, all of the other", flat, StringComparison.Ordinal);
        Assert.Contains("Differs: session.box: one BEFORE, other AFTER", flat, StringComparison.Ordinal);
    }

    [Fact]
    public void The_console_says_it_as_well_and_names_no_pairs()
    {
        string flat = Show.Text(Apart()).Replace("\n         ", " ", StringComparison.Ordinal);
        Assert.Contains("drift    not excluded: the runs are of two sessions, not interleaved. Intervals allow for 10% between them", flat, StringComparison.Ordinal);
        Assert.Contains("before   s1:before: vm:6.1, Linux 6.1.0-56-cloud-amd64", flat, StringComparison.Ordinal);
        Assert.DoesNotContain("pair by pair", flat, StringComparison.Ordinal);
        Assert.DoesNotContain("0 pairs", flat, StringComparison.Ordinal);
    }

    private static string Letter(SessionReport report)
    {
        using StringWriter writer = new();
        LetterReport.Write(writer, report);
        return writer.ToString();
    }

    /// <summary>The arm before of one session against the arm after of another.</summary>
    internal static SessionReport Apart()
    {
        TwoSessions apart = new(Side("s1", "before", "one"), Side("s2", "after", "other"));
        return new SessionReport(apart.Records, apart.Before.Name, apart.After.Name, apart.Counters, apart: apart)
        {
            Title = "Two sessions", Command = "./run.sh run migrate-batching --pairs 4 && ./run.sh run migrate-batching --pairs 4 --box other",
        };
    }

    private static SessionSide Side(string session, string arm, string box) => new(
        new Manifest
        {
            Session = session, Plan = "migrate-batching", Title = "t", Command = "c", PlanText = "", PlanChecksum = "x", Created = DateTimeOffset.UnixEpoch,
            Arms = [new("before", "vm:6.1"), new("after", "vm:6.12")], Counters = Sessions.Counters, Runs = [], Box = box,
        },
        arm,
        [.. Sessions.MeasuredAndModelled().Select(run => run with { Request = run.Request with { Session = session } })]);

    private static Counter Huge(Counter counter) => counter with
    {
        Value = counter.Value * 1.7e14, PerCpu = [.. (counter.PerCpu ?? []).Select(value => value * 1.7e14)],
    };

    private static RunRecord Renamed(RunRecord run) => run with
    {
        Target = Hostile,
        Request = run.Request with { Workload = Hostile, Command = new WorkloadCommand { Program = Hostile, Arguments = [Hostile, Hostile] } },
        Host = run.Host! with { CpuModel = Hostile, KernelRelease = Hostile },
        Environment = new Dictionary<string, string> { ["memory.swap"] = Hostile, ["kernel.build"] = Hostile, ["harness.version"] = Hostile },
        KernelMessages = [Hostile],
        Counters = [.. run.Counters.Select(counter => counter with { Note = Hostile, Unit = counter.Name == "workload.elapsed" ? Hostile : counter.Unit })],
    };
}
