using Harness.Host.Perf;
using Harness.Records;

namespace Harness.Host.Tests;

/// <summary>What does a tracepoint's name become, on a host with tracefs, without it, and with files that make no sense?</summary>
public sealed class PerfTracefsTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("harness-tracefs-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void A_tracepoint_has_the_id_that_its_file_holds()
    {
        Write("1234\n");
        Assert.Equal(1234ul, new Tracefs("/no/such/folder", root).FindId("tlb", "tlb_flush", out string? why));
        Assert.Null(why);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("-1\n")]
    [InlineData("12a\n")]
    [InlineData("1\0002\n")]
    [InlineData("99999999999999999999999999999999999999\n")]
    public void A_file_that_holds_no_id_is_a_reason_with_the_file_s_name(string text)
    {
        Write(text);
        Assert.Null(new Tracefs(root).FindId("tlb", "tlb_flush", out string? why));
        Assert.EndsWith("tlb/tlb_flush/id: does not hold a number", why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kernel_without_the_tracepoint_is_a_reason()
    {
        Write("1\n");
        Assert.Null(new Tracefs(root).FindId("csd", "csd_queue_cpu", out string? why));
        Assert.StartsWith("this kernel has no tracepoint csd:csd_queue_cpu", why, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void An_empty_mount_point_says_how_to_mount_it()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "without root an unmounted tracefs cannot be told from one that is for root only");
        Assert.Null(new Tracefs(root).FindId("tlb", "tlb_flush", out string? why));
        Assert.Contains($"mount -t tracefs tracefs {root}", why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kernel_without_tracing_is_not_told_to_mount_it()
    {
        Assert.Null(new Tracefs(root + "/none").FindId("tlb", "tlb_flush", out string? why));
        Assert.Contains("built without", why, StringComparison.Ordinal);
    }

    [Fact]
    public void Tlb_flush_is_the_total_and_one_filter_for_each_reason_in_the_kernel_s_order()
    {
        Write("7\n");
        IReadOnlyList<PerfSpec> specs = PerfEvents.Resolve("tlb:tlb_flush", new Tracefs(root));
        Assert.Equal(
            [
                ("trace.tlb:tlb_flush", null),
                ("trace.tlb:tlb_flush/task_switch", "reason == 0"),
                ("trace.tlb:tlb_flush/remote_shootdown", "reason == 1"),
                ("trace.tlb:tlb_flush/local_shootdown", "reason == 2"),
                ("trace.tlb:tlb_flush/local_mm_shootdown", "reason == 3"),
                ("trace.tlb:tlb_flush/remote_ipi_send", "reason == 4"),
            ],
            specs.Select(spec => (spec.Counter, spec.Filter)));
        Assert.All(specs, spec => Assert.Equal(7ul, spec.Config));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nope")]
    [InlineData("Page-Faults")]
    [InlineData("tlb:")]
    [InlineData(":tlb_flush")]
    [InlineData("a:b:c")]
    [InlineData("tlb:../../../etc/passwd")]
    [InlineData("..:id")]
    [InlineData("tlb:tlb flush")]
    public void A_name_that_is_no_event_is_a_usage_error_that_lists_the_known_ones(string name)
    {
        UsageException e = Assert.Throws<UsageException>(() => PerfEvents.Resolve(name, new Tracefs(root)));
        Assert.Contains($"'{name}'", e.Message, StringComparison.Ordinal);
        Assert.All(PerfEvents.Known, known => Assert.Contains(known, e.Message, StringComparison.Ordinal));
    }

    private void Write(string id)
    {
        string folder = Directory.CreateDirectory(Path.Combine(root, "events", "tlb", "tlb_flush")).FullName;
        File.WriteAllText(Path.Combine(folder, "id"), id);
    }
}
