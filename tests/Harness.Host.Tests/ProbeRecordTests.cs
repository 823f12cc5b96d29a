using Harness.Analysis;
using Harness.Host.Probes;
using Harness.Host.Proc;
using Harness.Host.Runs;
using Harness.Records;
using Harness.Reports;

namespace Harness.Host.Tests;

/// <summary>Does a reader that is wrong stay visible from the run's record to the report?</summary>
[Collection("probes")]
public sealed class ProbeRecordTests(RunsProgram program) : IClassFixture<RunsProgram>, IDisposable
{
    private const string Faults = "vmstat.pgfault";

    private readonly KnobsFakeHost host = new();
    private readonly string left = Directory.CreateTempSubdirectory("harness-left-").FullName;

    [Theory]
    [InlineData(1, CounterTrust.Counted)]
    [InlineData(0.25, CounterTrust.Untrusted)]
    public async Task A_counter_read_wrongly_is_untrusted_in_the_record_not_judged_and_marked_in_every_output(double times, CounterTrust trust)
    {
        RunRecord record = await Run(times);
        Assert.Equal(trust, record.Find(Faults)!.Trust);
        Assert.True(record.Find(Faults)!.Value > 0);
        Assert.Equal(trust == CounterTrust.Counted, record.Probes.Single(probe => probe.Counter == Faults).Passed);
        record = RecordJson.Read<RunRecord>(RecordJson.Write(record), "record");

        List<RunRecord> records = [.. Enumerable.Range(0, 4).Select(i => record with { Request = Request(i % 2 == 0 ? "before" : "after", i / 2) })];
        JudgedCounter judged = new(Faults, Better.Lower);
        ComparisonRow row = Assert.Single(Comparison.Of(records, "before", "after", [judged]).Rows);
        SessionReport report = new(records, "before", "after", [judged]) { Title = "t", Command = "c" };
        using StringWriter console = new(), markdown = new();
        ConsoleReport.Write(ReportConsole.On(console), report);
        MarkdownReport.Write(markdown, report);
        if (trust == CounterTrust.Counted)
        {
            Assert.NotEqual(Verdict.Invalid, row.Verdict);
            Assert.DoesNotContain(Faults + " !", console.ToString(), StringComparison.Ordinal);
            return;
        }
        Assert.Equal((Verdict.Invalid, record.Find(Faults)!.Value), (row.Verdict, row.Before.Median));
        Assert.StartsWith("untrusted: 2,048 fresh pages touched on CPU ", row.Why, StringComparison.Ordinal);
        Assert.Contains("\"verdict\": \"invalid\"", AnalysisJson.Write(report.Comparison), StringComparison.Ordinal);
        Assert.Contains(Faults + " ! ", console.ToString(), StringComparison.Ordinal);
        Assert.Contains("failed: " + Faults, console.ToString().ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Contains($"| {Faults} ! |", markdown.ToString(), StringComparison.Ordinal);
        Assert.Contains("failed in 2 of 2 runs |", markdown.ToString(), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        host.Dispose();
        Directory.Delete(left, recursive: true);
    }

    private Task<RunRecord> Run(double times)
    {
        IWindow Open(IReadOnlyList<string> events, IReadOnlyList<int> cpus) => new BrokenWindow(new HostWindow(events, cpus), Faults, times);
        RunParts parts = new()
        {
            Describe = ThisHost.Describe,
            OpenWindow = (request, cpus) => Open(request.Events, cpus),
            Probe = host => CounterProbes.Run(host.Cpus, Open),
            Tree = host.Tree,
            OomKills = () => 0,
        };
        return HostRun.ExecuteAsync(
            Request("before", 0), host.Folders with { Programs = program.Folder }, "local", Origin.Measured, parts, CancellationToken.None);
    }

    private RunRequest Request(string arm, int pair) => new()
    {
        Session = "s",
        Plan = "p",
        Arm = arm,
        Pair = pair,
        Sequence = 0,
        Seed = 1,
        Workload = "probe",
        Parameters = new Dictionary<string, string>(),
        Command = new WorkloadCommand { Program = "probe", Arguments = ["plain", left, "sum"] },
        MetricUnits = new Dictionary<string, string>(),
        DeadlineSeconds = 60,
    };
}
