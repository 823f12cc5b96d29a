using System.Text;
using Harness.Host.Proc;
using Harness.Records;

namespace Harness.Host.Tests;

/// <summary>Is the difference of two snapshots what moved between them, under the kernel's names, and never a number that nobody counted?</summary>
public sealed class SnapshotTests
{
    private static readonly int[] Four = [0, 1, 2, 3];

    [Fact]
    public void What_moved_on_a_real_kernel_is_told_per_CPU_and_in_all()
    {
        IReadOnlyList<Counter> moved = Between("vm-6.1", "vm-6.1-later", Four);
        Counter calls = Named(moved, "interrupts.CAL");
        Assert.Equal([33, 129, 24, 12], calls.PerCpu);
        Assert.Equal((198, "interrupts", CounterTrust.Counted), (calls.Value!.Value, calls.Unit, calls.Trust));
        Assert.Equal([1, 0, 0, 0], Named(moved, "interrupts.TLB").PerCpu);
        Assert.Equal(7393 - 733, Named(moved, "vmstat.pgfault").Value);
        Assert.Equal(227598 - 238268, Named(moved, "vmstat.nr_free_pages").Value); // a gauge may fall
        Assert.Equal(0, Named(moved, "vmstat.pgmigrate_success").Value); // an event counter is listed though it stood still
    }

    [Fact]
    public void Nothing_moves_between_a_snapshot_and_itself()
    {
        IReadOnlyList<Counter> moved = Between("vm-6.12", "vm-6.12", Four);
        Assert.All(moved.Where(counter => counter.Trust == CounterTrust.Counted), counter => Assert.Equal(0, counter.Value));
        Assert.Equal(["interrupts.CAL", "interrupts.LOC", "interrupts.RES", "interrupts.TLB"],
            moved.Select(counter => counter.Name).Where(name => name.StartsWith("interrupts.", StringComparison.Ordinal)).Order());
    }

    [Fact]
    public void A_CPU_that_left_between_two_snapshots_gives_no_number_to_another()
    {
        using MadeHost before = Interrupts("vm-6.1");
        using MadeHost after = Interrupts("vm-6.1-cpu2-offline");
        Counter calls = Named(Between(before.Root, after.Root, Four), "interrupts.CAL");
        Assert.Equal(283 - 241 + 251 - 114 + 131 - 118, calls.Value); // CPUs 0, 1 and 3
        Assert.Null(calls.PerCpu); // no list whose places could be read as the wrong CPUs
        Assert.Contains("CPU 2 went on or off line", calls.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_that_this_processor_does_not_have_is_unsupported_and_not_zero()
    {
        using MadeHost host = new MadeHost().With("proc/interrupts", "   CPU0\n 30:  7  GICv3  arch_timer\n").With("proc/vmstat", "pgfault 1\n");
        Counter tlb = Named(Between(host.Root, host.Root, [0]), "interrupts.TLB");
        Assert.Equal((CounterTrust.Unsupported, null), (tlb.Trust, tlb.Value));
        Assert.Contains("TLB", tlb.Note, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("4294967290", "10", 16.0)] // a per-CPU count is 32 bits wide and wraps
    [InlineData("4294967290", "4294967295", 5.0)]
    [InlineData("100", "90", null)] // it fell by too little to have wrapped: set back, so nobody knows
    public void A_count_that_wrapped_is_followed_and_one_that_fell_is_not(string first, string second, double? moved)
    {
        using MadeHost before = new MadeHost().With("proc/interrupts", $"  CPU0\nTLB: {first} TLB shootdowns\n").With("proc/vmstat", "");
        using MadeHost after = new MadeHost().With("proc/interrupts", $"  CPU0\nTLB: {second} TLB shootdowns\n").With("proc/vmstat", "");
        Assert.Equal(moved, Named(Between(before.Root, after.Root, [0]), "interrupts.TLB").Value);
    }

    [Fact]
    public void Taking_a_snapshot_of_this_host_again_allocates_nothing()
    {
        ProcSnapshot snapshot = ProcSnapshot.Take();
        snapshot.Retake();
        long before = GC.GetAllocatedBytesForCurrentThread();
        snapshot.Retake();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static MadeHost Interrupts(string saved) =>
        new MadeHost().With("proc/interrupts", Encoding.ASCII.GetString(Saved.Bytes(saved, "proc/interrupts"))).With("proc/vmstat", "");

    private static IReadOnlyList<Counter> Between(string before, string after, IReadOnlyList<int> cpus) =>
        ProcSnapshot.Delta(Snapshot(before), Snapshot(after), cpus);

    private static ProcSnapshot Snapshot(string host) => new(new ProcFileSet(new HostTree(Path.IsPathRooted(host) ? host : Saved.Root(host))));

    private static Counter Named(IReadOnlyList<Counter> counters, string name) => counters.Single(counter => counter.Name == name);
}
