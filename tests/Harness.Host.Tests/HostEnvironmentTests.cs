using System.Text;
using Harness.Host.Proc;

namespace Harness.Host.Tests;

/// <summary>Does a record say of its host what a reader needs to tell two hosts apart, and nothing that changes by itself?</summary>
public sealed class HostEnvironmentTests
{
    [Fact]
    public void The_two_guests_differ_in_kernel_and_tier_and_agree_in_their_processor()
    {
        SortedDictionary<string, string> old = Of("vm-6.1"), later = Of("vm-6.12");
        Assert.StartsWith("6.1.0", old["kernel.release"], StringComparison.Ordinal);
        Assert.StartsWith("6.12.", later["kernel.release"], StringComparison.Ordinal);
        Assert.Equal(("memory_tier4", "memory_tier4"), (old["node0.tier"], old["node1.tier"]));
        Assert.Equal(("memory_tier4", "memory_tier45"), (later["node0.tier"], later["node1.tier"]));
        Assert.Equal("none", later["node1.cpus"]);
        Assert.Equal("20 10", later["node1.distances"]);
        Assert.Equal(old["cpu.model"], later["cpu.model"]);
        Assert.Equal("off", later["memory.swap"]);
        Assert.Equal("la57", later["cpu.tlb_features"]); // software emulation has no PCID
    }

    [Fact]
    public void Files_of_a_host_become_names()
    {
        using MadeHost host = new MadeHost()
            .With("/sys/devices/system/cpu/online", "0-2\n").With("/proc/sys/kernel/osrelease", "6.12.0\n")
            .With("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance\n")
            .With("/sys/devices/system/cpu/cpu1/cpufreq/scaling_governor", "powersave\n")
            .With("/sys/devices/system/cpu/cpu2/cpufreq/scaling_governor", "performance\n")
            .With("/sys/devices/system/cpu/intel_pstate/no_turbo", "1\n")
            .With("/sys/devices/system/cpu/vulnerabilities/meltdown", "Mitigation: PTI\n")
            .With("/sys/devices/system/node/online", "0\n").With("/sys/devices/system/node/node0/cpulist", "0-2\n")
            .With("/sys/devices/system/node/node0/access0/initiators/read_latency", "80\n")
            .With("/sys/class/dmi/id/product_name", "Box \u0007 of tricks\n")
            .With("/proc/meminfo", "MemTotal: 1000 kB\nSwapTotal: 2097152 kB\n");
        SortedDictionary<string, string> facts = HostEnvironment.Of(new HostTree(host.Root), ThisHost.Describe(host.Root));
        Assert.Equal("performance on 2 CPUs, powersave on 1 CPUs", facts["cpu.governor"]);
        Assert.Equal("off", facts["cpu.turbo"]);
        Assert.Equal("Mitigation: PTI", facts["vulnerability.meltdown"]);
        Assert.Equal("80", facts["node0.hmat.read_latency"]);
        Assert.Equal("2048 MiB", facts["memory.swap"]);
        Assert.False(facts.ContainsKey("machine")); // a damaged line is no value
    }

    [Fact]
    public void Two_looks_at_the_running_host_agree_and_name_this_program()
    {
        SortedDictionary<string, string> one = HostEnvironment.Of(ThisHost.Describe());
        Assert.Equal(one, HostEnvironment.Of(ThisHost.Describe()));
        Assert.NotEmpty(one["harness.version"]);
        Assert.StartsWith(".NET 10", one["runtime.version"], StringComparison.Ordinal);
        Assert.Contains(one.Keys, name => name.StartsWith("package.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("6,1234,5000000,-;BUG: soft lockup\n SUBSYSTEM=cpu\n", "[5.000000] BUG: soft lockup")]
    [InlineData("4,7,1,c,caller=T1;a;b", "[0.000001] a;b")]
    [InlineData("4,7,1,-;tab\\x09 and \u001b[31mred", "[0.000001] tab\\x09 and  [31mred")]
    public void A_record_of_the_kernels_log_is_a_line(string record, string line) =>
        Assert.Equal(line, KernelLog.Line(Encoding.UTF8.GetBytes(record)));

    [Theory]
    [InlineData("")]
    [InlineData("no semicolon")]
    [InlineData(";text")]
    [InlineData("1,2;text")]
    [InlineData("1,2,x,-;text")]
    [InlineData("1,2,99999999999999999999999,-;text")]
    public void What_is_no_record_is_no_line(string record) => Assert.Null(KernelLog.Line(Encoding.UTF8.GetBytes(record)));

    [SkippableFact]
    public void What_is_logged_after_it_was_opened_is_read_and_nothing_else()
    {
        using KernelLog log = KernelLog.Open();
        Skip.If(log.Why is not null, $"this host does not let the kernel's log be read: {log.Why}");
        string mark = $"harness test {Guid.NewGuid():n}";
        try
        {
            File.WriteAllText("/dev/kmsg", mark + "\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Skip.If(true, $"this host does not let the kernel's log be written: {e.Message}");
        }
        Assert.Contains(log.Read(), line => line.EndsWith(mark, StringComparison.Ordinal));
        Assert.DoesNotContain(log.Read(), line => line.EndsWith(mark, StringComparison.Ordinal));
    }

    private static SortedDictionary<string, string> Of(string host) =>
        HostEnvironment.Of(new HostTree(Saved.Root(host)), ThisHost.Describe(Saved.Root(host)));
}
