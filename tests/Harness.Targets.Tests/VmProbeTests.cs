using Harness.Records;
using Harness.Targets.Vm;

namespace Harness.Targets.Tests;

/// <summary>Do the counters of a real kernel move by what forced shootdowns and page faults must move them?</summary>
[Collection("vm")]
public sealed class VmProbeTests : IDisposable
{
    private readonly VmBed bed = new();

    [Fact]
    public async Task Every_counter_of_a_guest_passes_its_probe_and_one_boot_is_probed_once()
    {
        await using VmTarget target = await bed.OpenAsync("6.12");
        RunRequest request = VmBed.Shell("echo '{}'") with { Events = ["tlb:tlb_flush"] };
        RunRecord record = await target.RunAsync(request, bed.Logs, CancellationToken.None);

        CounterProbe[] tried = [.. record.Probes.Where(probe => probe.Seen is not null)];
        Assert.Equal(
            [
                "interrupts.CAL", "interrupts.TLB", "perf.minor-faults", "perf.page-faults", "trace.tlb:tlb_flush",
                "trace.tlb:tlb_flush/local_mm_shootdown", "trace.tlb:tlb_flush/remote_ipi_send", "trace.tlb:tlb_flush/remote_shootdown",
                "vmstat.pgfault",
            ],
            tried.Select(probe => probe.Counter).Distinct().Order(StringComparer.Ordinal));
        Assert.All(tried, probe => Assert.True(probe.Passed, $"{probe.Counter}: {probe.Work}: {probe.Least} to {probe.Most}, seen {probe.Seen}"));
        Assert.All(record.Probes.Except(tried), probe => Assert.Contains("no hardware PMU", probe.Why));
        Assert.DoesNotContain(record.Counters, counter => counter.Trust == CounterTrust.Untrusted);

        RunRecord next = await target.RunAsync(request with { Sequence = 1 }, bed.Logs, CancellationToken.None);
        Assert.Equal(record.Probes.Where(OfKnownCost), next.Probes.Where(OfKnownCost));
    }

    public void Dispose() => bed.Dispose();

    private static bool OfKnownCost(CounterProbe probe) => !probe.Work.StartsWith("the run's window", StringComparison.Ordinal);
}
