using Harness.Host.Proc;
using Harness.Records;

namespace Harness.Host.Tests;

public sealed class ProcSnapshotTests
{
    private const string Header = "      CPU0  CPU1\n";

    [Theory]
    [InlineData("vm-6.1", "1,0,0,0", 1, 6660)]
    [InlineData("vm-6.12", "0,2,0,2", 4, 6812)]
    [InlineData("this", "272225,270294", 542519, 65253904)]
    public void What_moved_between_two_real_moments_is_exact(string host, string perCpu, double total, double faults)
    {
        IReadOnlyList<Counter> delta = Delta(Saved.Root(host), Saved.Root(host + "-later"), [.. Enumerable.Range(0, perCpu.Split(',').Length)]);

        Counter tlb = delta.Single(c => c.Name == "interrupts.TLB");
        Assert.Equal(perCpu, string.Join(',', tlb.PerCpu!));
        Assert.Equal(total, tlb.Value);
        Assert.Equal("interrupts", tlb.Unit);
        Assert.Equal("TLB shootdowns", tlb.Note);
        Counter faulted = delta.Single(c => c.Name == "vmstat.pgfault");
        Assert.Equal((faults, "faults"), (faulted.Value!.Value, faulted.Unit));
    }

    [Fact]
    public void Nodes_have_their_own_counters_and_gauges_may_fall()
    {
        IReadOnlyList<Counter> delta = Delta(Saved.Root("vm-6.12"), Saved.Root("vm-6.12-later"), [0, 1, 2, 3]);

        Assert.Equal(20072 - 7377, Value(delta, "node0.numastat.numa_hit"));
        Assert.Equal(-13907, Value(delta, "vmstat.nr_free_pages"));
        Assert.Equal(64, Value(delta, "vmstat.nr_kernel_stack"));
        Assert.Equal(0, Value(delta, "node1.vmstat.pgdemote_kswapd"));
        Assert.DoesNotContain(delta, c => c.Trust == CounterTrust.Unsupported);
    }

    [Fact]
    public void The_four_rows_are_always_there_and_other_rows_only_when_they_moved()
    {
        IReadOnlyList<Counter> delta = Delta(Saved.Root("vm-6.1"), Saved.Root("vm-6.1"), [0, 1, 2, 3]);

        Assert.Equal(["interrupts.CAL", "interrupts.LOC", "interrupts.RES", "interrupts.TLB"],
            delta.Where(c => c.Name.StartsWith("interrupts.", StringComparison.Ordinal)).Select(c => c.Name).Order());
        Assert.All(delta, c => Assert.Equal(0, c.Value));
        Assert.DoesNotContain(delta, c => c.Name == "vmstat.nr_free_pages");
        Assert.Contains(delta, c => c.Name == "vmstat.pgmigrate_success");
    }

    [Fact]
    public void A_CPU_unplugged_between_two_real_snapshots_is_named_and_not_counted()
    {
        using MadeHost before = new MadeHost().With("/proc/interrupts", Text("vm-6.1-later"));
        using MadeHost after = new MadeHost().With("/proc/interrupts", Text("vm-6.1-cpu2-offline"));
        Counter local = Delta(before.Root, after.Root, [0, 1, 2, 3]).Single(c => c.Name == "interrupts.LOC");

        Assert.Equal(502 - 476 + 440 - 415 + 368 - 346, local.Value);
        Assert.Equal((CounterTrust.Lost, null), (local.Trust, local.PerCpu));
        Assert.Contains("CPU 2 went on or off line", local.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void A_CPU_that_the_caller_does_not_know_takes_the_parts_away_too()
    {
        Counter tlb = Interrupts("TLB: 1 2 TLB shootdowns\n", "TLB: 4 6 TLB shootdowns\n", [0])["interrupts.TLB"];

        Assert.Equal(7, tlb.Value);
        Assert.Null(tlb.PerCpu);
    }

    [Fact]
    public void A_32_bit_count_that_wrapped_is_counted_on()
    {
        Counter tlb = Interrupts("TLB: 4294967290 2 TLB shootdowns\n", "TLB: 4 6 TLB shootdowns\n")["interrupts.TLB"];

        Assert.Equal([10, 4], tlb.PerCpu!);
        Assert.Equal(14, tlb.Value);
        Assert.Contains("CPU 0 the 32-bit count wrapped", tlb.Note, StringComparison.Ordinal);
    }

    // A count that fell without being near its end was set back, and one beyond 32 bits does not wrap there.
    [Theory]
    [InlineData("100", "40")]
    [InlineData("4294967296", "1")]
    [InlineData("18446744073709551615", "1")]
    public void A_count_that_was_set_back_gives_no_number(string before, string after)
    {
        Counter tlb = Interrupts($"TLB: {before} 2 TLB shootdowns\n", $"TLB: {after} 6 TLB shootdowns\n")["interrupts.TLB"];

        Assert.Equal(CounterTrust.Lost, tlb.Trust);
        Assert.Null(tlb.Value);
        Assert.Contains($"went back from {before} to {after}", tlb.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kernel_without_a_TLB_row_says_so()
    {
        Counter tlb = Interrupts("IPI0: 1 2 Rescheduling interrupts\n", "IPI0: 2 2 Rescheduling interrupts\n")["interrupts.TLB"];

        Assert.Equal(CounterTrust.Unsupported, tlb.Trust);
        Assert.Contains("no readable TLB row", tlb.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void An_IRQ_that_first_comes_in_the_window_counts_from_zero_and_a_named_row_does_not()
    {
        Dictionary<string, Counter> delta = Interrupts("", " 30: 3 0 IO-APIC nvme\nXYZ: 3 0 New interrupts\n");

        Assert.Equal(3, delta["interrupts.30"].Value);
        Assert.Equal(CounterTrust.Unsupported, delta["interrupts.XYZ"].Trust);
    }

    [Fact]
    public void An_IRQ_whose_first_reading_was_damaged_gives_no_number()
    {
        Dictionary<string, Counter> delta = Interrupts(" 30: 3 IO-APIC nvme\n", " 30: 9 0 IO-APIC nvme\n");

        Assert.Null(delta["interrupts.30"].Value);
        Assert.Contains("1 lines of the first snapshot", delta["interrupts.unreadable"].Note, StringComparison.Ordinal);
    }

    [Fact]
    public void An_IRQ_that_went_away_or_changed_its_owner_gives_no_number()
    {
        Dictionary<string, Counter> delta = Interrupts(" 30: 3 0 IO-APIC nvme\n 31: 4 0 IO-APIC ahci\n", " 31: 9 0 IO-APIC eth0\n");

        Assert.Equal((CounterTrust.Lost, null), (delta["interrupts.30"].Trust, delta["interrupts.30"].Value));
        Assert.Equal((CounterTrust.Lost, null), (delta["interrupts.31"].Trust, delta["interrupts.31"].Value));
        Assert.Contains("IO-APIC ahci", delta["interrupts.31"].Note, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_with_one_number_has_no_parts()
    {
        Counter errors = Interrupts("ERR: 1\n", "ERR: 3\n")["interrupts.ERR"];

        Assert.Equal(2, errors.Value);
        Assert.Null(errors.PerCpu);
    }

    [Fact]
    public void Damaged_and_unmatched_vmstat_lines_are_reported_once()
    {
        using MadeHost before = new MadeHost().With("/proc/vmstat", "pgfault 5\npgfree 7\nbad\n");
        using MadeHost after = new MadeHost().With("/proc/vmstat", "pgfault 9\npgalloc 7\npgfault 1\n");
        IReadOnlyList<Counter> delta = Delta(before.Root, after.Root, [0]);

        Assert.Equal(4, Value(delta, "vmstat.pgfault"));
        Counter unreadable = delta.Single(c => c.Name == "vmstat.unreadable");
        Assert.Equal("left out: 1 lines that could not be read, 3 names that are not once in each snapshot", unreadable.Note);
        Assert.Equal(CounterTrust.Lost, delta.Single(c => c.Name == "vmstat.pgfree").Trust);
        Assert.DoesNotContain(delta, c => c.Name == "vmstat.pgalloc");
    }

    [Fact]
    public void An_event_count_that_fell_gives_no_number()
    {
        using MadeHost before = new MadeHost().With("/proc/vmstat", "pgfault 5\n");
        using MadeHost after = new MadeHost().With("/proc/vmstat", "pgfault 4\n");
        Counter faults = Delta(before.Root, after.Root, [0]).Single(c => c.Name == "vmstat.pgfault");

        Assert.Equal((CounterTrust.Lost, null), (faults.Trust, faults.Value));
    }

    [Fact]
    public void A_row_that_is_there_first_and_then_not_is_lost_and_not_unsupported()
    {
        Assert.Equal(CounterTrust.Lost, Interrupts("TLB: 1 2 TLB shootdowns\n", "")["interrupts.TLB"].Trust);
        Assert.Equal(CounterTrust.Unsupported, Interrupts("", "")["interrupts.TLB"].Trust);
    }

    [Fact]
    public void The_counters_of_a_node_that_went_off_line_are_lost_by_name()
    {
        using MadeHost before = new MadeHost().With("/sys/devices/system/node/online", "0-1\n")
            .With("/sys/devices/system/node/node1/vmstat", "pgdemote_kswapd 5\n");
        using ProcFileSet files = new(new HostTree(before.Root));
        ProcSnapshot first = new(files), second = new(files);
        File.WriteAllText(Path.Join(before.Root, "/sys/devices/system/node/node1/vmstat"), "");
        second.Retake();
        Counter demoted = ProcSnapshot.Delta(first, second, [0]).Single(c => c.Name == "node1.vmstat.pgdemote_kswapd");
        Assert.Equal((CounterTrust.Lost, null, "pages"), (demoted.Trust, demoted.Value, demoted.Unit));
    }

    [Fact]
    public void Files_that_are_not_there_are_named()
    {
        using var empty = new MadeHost();
        IReadOnlyList<Counter> delta = Delta(empty.Root, empty.Root, [0]);

        Assert.All(delta, c => Assert.Equal(CounterTrust.Unsupported, c.Trust));
        Assert.Contains("/proc/interrupts: not there", delta.Single(c => c.Name == "interrupts.unreadable").Note, StringComparison.Ordinal);
        Assert.Contains("/proc/vmstat: not there", delta.Single(c => c.Name == "vmstat.unreadable").Note, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_longer_than_the_buffer_is_read_whole()
    {
        using MadeHost host = new MadeHost().With("/proc/interrupts", System.Text.Encoding.ASCII.GetString(BigInterrupts.Render()));
        using var files = new ProcFileSet(new HostTree(host.Root));
        var image = new FileImage();
        image.Fill(files.Files[0]);

        Assert.True(image.Text.Length > 1_000_000);
        Assert.True(image.Text.SequenceEqual(BigInterrupts.Render()));
    }

    [Fact]
    public void Taking_a_snapshot_of_the_running_host_again_allocates_nothing()
    {
        ProcSnapshot snapshot = ProcSnapshot.Take();
        Assert.Equal(0, Allocations.Least(snapshot.Retake));
    }

    [Fact]
    public void Work_between_two_snapshots_of_the_running_host_shows()
    {
        ProcSnapshot before = ProcSnapshot.Take();
        byte[] memory = GC.AllocateUninitializedArray<byte>(64 << 20);
        for (int i = 0; i < memory.Length; i += 4096) memory[i] = 1;
        ProcSnapshot after = ProcSnapshot.Take();
        IReadOnlyList<Counter> delta = ProcSnapshot.Delta(before, after, ThisHost.Describe().Cpus);

        // Touching 64 MiB takes one fault a huge page at the least.
        Assert.True(Value(delta, "vmstat.pgfault") >= 32);
        Assert.DoesNotContain(delta, c => c.Name.EndsWith(".unreadable", StringComparison.Ordinal));
    }

    private static Dictionary<string, Counter> Interrupts(string before, string after, int[]? cpus = null)
    {
        using MadeHost first = new MadeHost().With("/proc/interrupts", Header + before);
        using MadeHost second = new MadeHost().With("/proc/interrupts", Header + after);
        return Delta(first.Root, second.Root, cpus ?? [0, 1]).ToDictionary(c => c.Name);
    }

    private static IReadOnlyList<Counter> Delta(string before, string after, int[] cpus)
    {
        using var first = new ProcFileSet(new HostTree(before));
        using var second = new ProcFileSet(new HostTree(after));
        return ProcSnapshot.Delta(new ProcSnapshot(first), new ProcSnapshot(second), cpus);
    }

    private static double? Value(IReadOnlyList<Counter> counters, string name) => counters.Single(c => c.Name == name).Value;

    private static string Text(string host) => System.Text.Encoding.ASCII.GetString(Saved.Bytes(host, "/proc/interrupts"));
}
