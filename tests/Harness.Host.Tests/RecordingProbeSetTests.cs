using Harness.Host.Recording;
using Harness.Records;
using Harness.Traces;

namespace Harness.Host.Tests;

/// <summary>Is a kernel asked for all it can tell, and its user told what it cannot?</summary>
public sealed class RecordingProbeSetTests : IDisposable
{
    private readonly RecordingFakeKernel kernel = new();

    public void Dispose() => kernel.Dispose();

    [Fact]
    public void A_kernel_that_has_all_of_it_gives_every_kind_and_misses_nothing()
    {
        ProbeSet set = kernel.Choose();
        Assert.Empty(set.Missing);
        Assert.Equal(Enum.GetValues<TraceEventKind>(), set.Probes.Select(probe => probe.Kind).Distinct().Order());
        Assert.Equal(set.Probes.Count, set.Probes.Select(probe => (probe.System, probe.Event)).Distinct().Count());
        Assert.Equal((2, 64, 27), (set.CpuWords, set.PageBytes, set.FirstMigrationType));
        Assert.Equal(0x20, set.Offsets["mm_struct.cpu_bitmap"]);
    }

    [Fact]
    public void An_inlined_unmap_is_probed_in_its_caller_and_a_set_of_CPUs_has_a_word_for_each_64()
    {
        Probe unmap = Of(kernel.Choose(), TraceEventKind.UnmapDeferred);
        Assert.Equal(
            "p:harness/unmap_deferred try_to_unmap_one+0x3 pte=%r15:x64 mm=%r12:x64 cpus0=+0x20(%r12):x64 cpus1=+0x28(%r12):x64",
            unmap.Definition);
        Assert.True(unmap.Flag);
        Assert.Equal(
            ["pte Pte", "mm Mm", "cpus0 Cpus", "cpus1 Cpus"],
            unmap.Fields.Select(field => $"{field.Name} {field.Use}"));
    }

    [Theory]
    [InlineData("set_tlb_ubc_flush_pending")]
    [InlineData("set_tlb_ubc_flush_pending.isra.0")]
    public void An_unmap_of_its_own_is_probed_where_it_begins(string name)
    {
        kernel.Write("proc/sys/kernel/osrelease", "6.12.1\n");
        kernel.Symbols = [.. kernel.Symbols, (name, 0xffffffff81300000)];
        kernel.Traceable = [.. kernel.Traceable!, name];
        Probe unmap = Of(kernel.Choose(), TraceEventKind.UnmapDeferred);
        Assert.StartsWith($"p:harness/unmap_deferred {name} pte=%si:x64 mm=%di:x64 changing=+0x18(%di):u32 cpus0=", unmap.Definition);
        Assert.False(unmap.Flag);
    }

    [Fact]
    public void Only_large_folios_and_writable_mappings_pass_their_filters()
    {
        ProbeSet set = kernel.Choose();
        IEnumerable<Probe> folios = set.Probes.Where(probe => probe.Kind == TraceEventKind.FolioBegins);
        Assert.Equal(["flags & 0x10000", "flags & 0x10000"], folios.Select(probe => probe.Filter));
        Assert.Equal("prot & 2", Of(set, TraceEventKind.WritableMap).Filter);
        Assert.DoesNotContain(Of(set, TraceEventKind.WritableMap).Fields, field => field.Name == "prot");
    }

    [Theory]
    [InlineData("try_to_unmap_flush", "where a batch of unmaps ends")]
    [InlineData("arch_tlbbatch_flush", "batch flushes are not counted")]
    [InlineData("enter_lazy_tlb", "interrupts are bounds")]
    [InlineData("vmemmap_base", "large folios")]
    public void A_symbol_that_is_absent_is_told_by_what_it_costs(string name, string told)
    {
        kernel.Symbols = [.. kernel.Symbols.Where(symbol => symbol.Name != name)];
        Assert.Contains(told, Assert.Single(kernel.Choose().Missing), StringComparison.Ordinal);
    }

    [Fact]
    public void A_function_that_may_not_be_probed_or_is_one_of_two_is_left_alone()
    {
        kernel.Traceable = [.. kernel.Traceable!.Where(name => name != "do_mmap")];
        kernel.Symbols = [.. kernel.Symbols, ("do_wp_page", 0xffffffff81300000)];
        ProbeSet set = kernel.Choose();
        Assert.Equal(2, set.Missing.Count);
        Assert.Contains(set.Missing, sentence => sentence.Contains("do_mmap is not to be probed (notrace)", StringComparison.Ordinal));
        Assert.Contains(set.Missing, sentence => sentence.Contains("2 functions are named do_wp_page", StringComparison.Ordinal));
        Assert.DoesNotContain(set.Probes, probe => probe.Kind is TraceEventKind.WritableMap or TraceEventKind.WriteFault);
    }

    [Fact]
    public void Of_a_function_that_the_compiler_cloned_twice_neither_half_is_taken_for_the_whole()
    {
        kernel.Write("proc/sys/kernel/osrelease", "6.12.1\n");
        string[] clones = ["set_tlb_ubc_flush_pending.isra.0", "set_tlb_ubc_flush_pending.constprop.0"];
        kernel.Symbols = [.. kernel.Symbols.Where(symbol => symbol.Name != "try_to_unmap_one"), .. clones.Select(name => (name, 0xffffffff81300000))];
        kernel.Traceable = [.. kernel.Traceable!, .. clones];
        Assert.Contains(kernel.Choose().Missing, sentence => sentence.StartsWith("which unmaps wait", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_a_list_of_traceable_functions_each_is_tried()
    {
        kernel.Traceable = null;
        Assert.Empty(kernel.Choose().Missing);
    }

    [Fact]
    public void Hidden_addresses_and_unreadable_memory_cost_the_deferred_unmaps()
    {
        kernel.Delete("proc/kcore");
        Assert.Contains("there is no", Assert.Single(kernel.Choose().Missing), StringComparison.Ordinal);
        kernel.Symbols = [.. kernel.Symbols.Select(symbol => (symbol.Name, 0UL))];
        string hidden = Assert.Single(kernel.Choose().Missing);
        Assert.Contains("kptr_restrict", hidden, StringComparison.Ordinal);
        Assert.Contains("cannot tell what a policy saves", hidden, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_types_everything_that_needs_none_is_still_recorded()
    {
        kernel.Delete("sys/kernel/btf/vmlinux");
        ProbeSet set = kernel.Choose();
        Assert.Contains(set.Missing, sentence => sentence.Contains("no interrupts are told", StringComparison.Ordinal));
        Assert.Equal("p:harness/ptep_clear_flush ptep_clear_flush pte=+0(%dx):x64", Of(set, TraceEventKind.ClearFlush).Definition);
        Assert.DoesNotContain(set.Probes, probe => probe.Fields.Any(field => field.Use == ProbeFieldUse.Cpus));
    }

    [Fact]
    public void Switches_that_nobody_asked_for_are_not_probed()
    {
        ProbeSet set = kernel.Choose(switches: false);
        Assert.DoesNotContain(set.Probes, probe => probe.Kind is TraceEventKind.EnterLazy or TraceEventKind.LoadMm);
        Assert.Contains("switches were not asked for", Assert.Single(set.Missing), StringComparison.Ordinal);
    }

    [Fact]
    public void A_kernel_without_probes_still_gives_its_tracepoints()
    {
        kernel.Delete("sys/kernel/tracing/kprobe_events");
        ProbeSet set = kernel.Choose();
        Assert.All(set.Probes, probe => Assert.Null(probe.Definition));
        Assert.Contains(set.Probes, probe => probe.Kind == TraceEventKind.Free);
        Assert.Contains(set.Missing, sentence => sentence.Contains("CONFIG_KPROBE_EVENTS", StringComparison.Ordinal));
    }

    [Fact]
    public void A_locked_down_kernel_and_one_without_tracing_files_are_refused_in_a_line()
    {
        kernel.Write("sys/kernel/security/lockdown", "none integrity [confidentiality]\n");
        Assert.Contains("locked down", Assert.Throws<HostCannotException>(() => kernel.Read()).Message, StringComparison.Ordinal);
        HostCannotException unmounted = Assert.Throws<HostCannotException>(
            () => Recording.Symbols.KernelSymbols.Read("/", new Perf.Tracefs("/sys/kernel/nowhere")));
        Assert.DoesNotContain('\n', unmounted.Message);
    }

    private static Probe Of(ProbeSet set, TraceEventKind kind) => set.Probes.First(probe => probe.Kind == kind);
}
