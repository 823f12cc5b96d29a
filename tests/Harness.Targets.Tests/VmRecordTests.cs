using Harness.Records;
using Harness.Targets.Vm;
using Harness.Traces;

namespace Harness.Targets.Tests;

/// <summary>Is a run recorded on real kernels without loss, on a disk of the guest's own, and is nothing left of it in the guest?</summary>
[Collection("vm")]
public sealed class VmRecordTests : IDisposable
{
    private const string Program = "llama-stream";

    private static readonly TraceEventKind[] Essential =
    [
        TraceEventKind.UnmapDeferred, TraceEventKind.UnmapFlush, TraceEventKind.BatchFlush, TraceEventKind.Free, TraceEventKind.Allocate,
        TraceEventKind.Drain, TraceEventKind.Refill, TraceEventKind.LoadMm, TraceEventKind.EnterLazy, TraceEventKind.Pressure,
    ];

    private readonly VmBed bed = new();

    private string TraceFile => Path.Combine(bed.Folders.Home, "run.trace");

    // Less memory than the files that are read have, and no more than the agent needs besides.
    private VmOptions Options => bed.Options with
    {
        Machine = new MachineShape
        {
            Nodes =
            [
                new NodeShape { MemoryMiB = 192, Cpus = 2, LatencyNs = 80, BandwidthMiBps = 10240 },
                new NodeShape { MemoryMiB = 32, Cpus = 0, LatencyNs = 240, BandwidthMiBps = 2048 },
            ],
            DiskMiB = 256,
        },
        TraceFile = TraceFile,
    };

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public async Task A_run_that_reclaims_is_recorded_whole_and_leaves_nothing_in_the_kernel(string version)
    {
        const string NothingLeft = """
            [ -z "$(busybox ls /sys/kernel/tracing/instances)" ] || exit 9
            busybox grep -q . /sys/kernel/tracing/kprobe_events && exit 8
            echo '{}'
            """;
        File.Copy(Path.Combine(Folders.FromEnvironment().Programs, Program), Path.Combine(bed.Folders.Programs, Program));
        await using VmTarget target = await bed.OpenAsync(version, Options);
        RunRecord record = await target.RunAsync(Streaming(), bed.Logs, CancellationToken.None);

        RecordingSummary summary = record.Recording!;
        Assert.Empty(summary.Missing);
        Assert.Equal(0, summary.Lost);
        TraceInspection inspection = TraceInspection.Of(TraceFile);
        Assert.True(inspection.Complete);
        Assert.Equal((summary.Bytes, summary.Events), (inspection.Bytes, inspection.Events));
        Assert.Equal(summary.Bytes, new FileInfo(TraceFile).Length);
        Dictionary<TraceEventKind, long> kinds = inspection.Kinds.ToDictionary(kind => kind.Kind, kind => kind.Events);
        Assert.All(Essential, kind => Assert.True(kinds[kind] > 0, $"no {kind}"));
        Assert.InRange(kinds[TraceEventKind.BatchFlush], summary.BatchFlushes!.Value * 0.99, summary.BatchFlushes.Value * 1.01);
        Assert.True(summary.TlbInterrupts > 0);
        Assert.True(inspection.BytesPerEvent < 12, $"{inspection.BytesPerEvent} bytes an event");
        Assert.Equal(3, inspection.Header.Zones.Count);
        Assert.Equal(2, inspection.Header.Kswapd.Count);
        Console.Out.WriteLine($"figure: recording on {version}: {summary.Events} events, {inspection.BytesPerEvent:F1} bytes each, {summary.Lost} lost, "
            + $"{summary.Events / summary.Seconds:F0}/s; batch flushes {kinds[TraceEventKind.BatchFlush]} recorded, {summary.BatchFlushes} counted by the kernel");

        await target.RunAsync(VmBed.Shell(NothingLeft) with { Sequence = 1 }, bed.Logs, CancellationToken.None);
    }

    [Fact]
    public async Task A_guest_that_dies_leaves_what_it_recorded_so_far()
    {
        await using VmTarget target = await bed.OpenAsync("6.12", bed.Options with { TraceFile = TraceFile });
        using CancellationTokenSource cancel = new();
        const string Busy = "while :; do busybox true; done";
        RunRequest request = VmBed.Shell(Busy) with { Recording = new RecordingRequest { Path = "", Subject = "killed" } };
        Task<RunRecord> run = target.RunAsync(request, bed.Logs, cancel.Token);
        while (!run.IsCompleted && !HasEvents()) await Task.Delay(100);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);

        TraceInspection inspection = TraceInspection.Of(TraceFile);
        Assert.False(inspection.Complete);
        Assert.True(inspection.Events > 0);
        Assert.InRange(new FileInfo(TraceFile).Length, inspection.Bytes, inspection.Bytes + (1 << 20));
    }

    [Fact]
    public async Task A_guest_without_a_disk_for_it_records_nothing()
    {
        await using VmTarget target = await bed.OpenAsync("6.12");
        RunRequest request = VmBed.Shell("echo '{}'") with { Recording = new RecordingRequest { Path = "", Subject = "none" } };
        UsageException refused = await Assert.ThrowsAsync<UsageException>(() => target.RunAsync(request, bed.Logs, CancellationToken.None));
        Assert.Contains("given no file", refused.Message, StringComparison.Ordinal);
        Assert.Null(target.Guest);
    }

    public void Dispose() => bed.Dispose();

    private bool HasEvents()
    {
        try
        {
            using TraceReader reader = TraceReader.Open(TraceFile);
            return reader.Events > 0;
        }
        catch (UsageException)
        {
            return false;    // it has no header yet
        }
    }

    private static RunRequest Streaming() => VmBed.Shell("") with
    {
        Workload = Program,
        Command = new WorkloadCommand
        {
            Program = Program,
            Arguments = ["--processes=2", "--threads=2", "--pages=22000", "--layers=4", "--tokens=1", "--handshake"],
            Handshake = true,
        },
        MetricUnits = new Dictionary<string, string> { ["elapsed"] = "s" },
        Recording = new RecordingRequest { Path = "", Subject = "test" },
    };
}
