using Harness.Host.Perf;
using Harness.Host.Proc;
using Harness.Records;

namespace Harness.Host.Doctor;

/// <summary>The counter files, and what tracing needs: each is read once to see that it can be.</summary>
internal static class CounterFindings
{
    public static IEnumerable<Finding> Of(HostTree tree, HostDescription host)
    {
        yield return Interrupts(tree);
        yield return Shootdowns(tree, host);
        yield return Values(tree, "vmstat", "/proc/vmstat");
        foreach (NodeDescription node in host.Nodes)
        {
            foreach (string name in ProcFileSet.NodeFiles)
                yield return Values(tree, $"node{node.Id}.{name}", $"{ThisHost.NodeFolder}/node{node.Id}/{name}");
        }
        yield return Mounted(tree, "tracefs", Tracefs.MountPoint, "tracepoints such as tlb:tlb_flush cannot be found");
        yield return Mounted(tree, "debugfs", "/sys/kernel/debug", "the scan knobs of NUMA balancing are out of reach");
        yield return Btf(tree);
    }

    private static Finding Interrupts(HostTree tree)
    {
        var table = new InterruptTable(tree.Read("/proc/interrupts"));
        bool usable = table.Rows.Count > 0;
        return new Finding
        {
            Area = Areas.Counters,
            Name = "interrupts",
            Value = usable ? $"{table.Rows.Count} rows, {table.Cpus.Length} CPUs" : null,
            Usable = usable,
            Why = !usable ? "/proc/interrupts cannot be read" : table.Malformed > 0 ? $"{table.Malformed} lines could not be read" : null,
            Remedy = usable ? null : "mount procfs on /proc",
        };
    }

    private static Finding Shootdowns(HostTree tree, HostDescription host)
    {
        bool there = new InterruptTable(tree.Read("/proc/interrupts")).Find("TLB") is not null;
        // INVLPGB came with 6.15 (published: "x86/mm: enable broadcast TLB invalidation", merged for 6.15).
        bool broadcast = KernelVersion.Parse(host.KernelRelease).IsAtLeast(6, 15)
            && new CpuInfo(tree.Read("/proc/cpuinfo")).Has("invlpgb"u8);
        return new Finding
        {
            Area = Areas.Counters,
            Name = "interrupts.TLB",
            Value = there ? "counted on the interrupted CPU" : null,
            Usable = there,
            Why = !there ? "/proc/interrupts has no TLB row: not an x86 kernel, or one without SMP"
                : broadcast ? "this processor flushes remote TLBs by broadcast (INVLPGB): few shootdowns are interrupts"
                : host.Hypervisor is null or "tcg" ? null
                : $"under {host.Hypervisor} a remote flush may be a paravirtual call: the row can be far below bare metal",
        };
    }

    private static Finding Values(HostTree tree, string name, string path)
    {
        var rows = new NameValueRows(tree.Read(path));
        int count = 0;
        while (rows.MoveNext()) count++;
        return new Finding
        {
            Area = Areas.Counters,
            Name = name,
            Value = count > 0 ? $"{count} values" : null,
            Usable = count > 0,
            Why = count == 0 ? $"{path} cannot be read" : rows.Malformed > 0 ? $"{rows.Malformed} lines could not be read" : null,
            Remedy = count > 0 ? null : "mount procfs and sysfs, on a kernel built with CONFIG_NUMA",
        };
    }

    private static Finding Mounted(HostTree tree, string type, string usual, string loss)
    {
        string? place = Mounts.Find(tree.Read("/proc/mounts"), type);
        bool known = place is not null || Mounts.IsKnown(tree.Read("/proc/filesystems"), type);
        return new Finding
        {
            Area = Areas.Tracing,
            Name = type,
            Value = place,
            Usable = place is not null,
            Why = place is not null ? null : known ? $"not mounted: {loss}" : $"the kernel has no {type}: {loss}",
            Remedy = place is not null ? null
                : known ? $"mount -t {type} {type} {usual}"
                : "a kernel built with CONFIG_TRACING and CONFIG_DEBUG_FS",
        };
    }

    private static Finding Btf(HostTree tree)
    {
        bool there = tree.Has("/sys/kernel/btf/vmlinux");
        return new Finding
        {
            Area = Areas.Tracing,
            Name = "btf",
            Value = there ? "/sys/kernel/btf/vmlinux" : null,
            Usable = there,
            Why = there ? null : "the kernel does not describe its own types: probe offsets cannot be looked up",
            Remedy = there ? null : "a kernel built with CONFIG_DEBUG_INFO_BTF",
        };
    }
}
