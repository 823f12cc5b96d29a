using Harness.Host.Proc;
using Harness.Records;

namespace Harness.Host.Doctor;

/// <summary>Memory tiers, and whether folios can be demoted and promoted between them.</summary>
internal static class TierFindings
{
    private const string SlowNode =
        "online slow memory as a node of its own (daxctl reconfigure-device --mode=system-ram on a CXL or persistent-memory device), "
        + "or use a vm target with two nodes";

    public static IEnumerable<Finding> Of(HostTree tree, HostDescription host)
    {
        var version = KernelVersion.Parse(host.KernelRelease);
        TierLayout tiers = new(host);
        foreach (IGrouping<int, NodeDescription> tier in
            tiers.Memory.Where(n => n.Tier is not null).GroupBy(n => n.Tier!.Value).OrderBy(t => t.Key))
        {
            yield return new Finding { Area = Areas.Tiers, Name = $"memory_tier{tier.Key}", Value = Names(tier), Usable = true };
        }
        Finding demotion = Demotion(tree, tiers, version);
        yield return demotion;
        yield return Promotion(tree, demotion, tiers);
        yield return Balancing(tree, tiers);
    }

    private static Finding Demotion(HostTree tree, TierLayout tiers, KernelVersion version)
    {
        if (tiers.Memory.Count < 2) return Cannot("demotion", "promotion and demotion need a second memory node", SlowNode);
        if (!tree.Has("/sys/kernel/mm/numa/demotion_enabled"))
        {
            return Cannot("demotion", "the kernel has no /sys/kernel/mm/numa/demotion_enabled",
                "a kernel from 5.15 on, built with CONFIG_NUMA and CONFIG_MIGRATION");
        }
        if (!tiers.IsKnown) return Cannot("demotion", $"the kernel ({version}) shows no memory tiers", "a kernel from 6.1 on");
        if (tiers.Lower.Count == 0) return OneTier(tiers.Memory.Count, version);
        return new Finding
        {
            Area = Areas.Tiers,
            Name = "demotion",
            Value = $"{Names(tiers.Top)} to {Names(tiers.Lower)}",
            Usable = true,
        };
    }

    // HMAT has set the tier of nodes present at boot since 6.7 (published: "acpi, hmat: calculate abstract distance with HMAT", merged for
    // 6.7).
    private static Finding OneTier(int nodes, KernelVersion version)
    {
        string which = nodes == 2 ? "both nodes are" : $"all {nodes} nodes are";
        return version.IsAtLeast(6, 7)
            ? Cannot("demotion", $"{which} in one memory tier: the firmware's HMAT is missing or gives them one speed",
                "firmware (or qemu -machine hmat=on with hmat-lb lines) whose HMAT says how slow the far node is, or a dax device "
                + "onlined with daxctl reconfigure-device --mode=system-ram")
            : Cannot("demotion", $"{which} in one memory tier; on this kernel ({version}) the HMAT of boot-time nodes is not used",
                "give the slow memory to the kernel as a dax device (daxctl reconfigure-device --mode=system-ram), "
                + "or boot 6.7 or later with an HMAT");
    }

    private static Finding Promotion(HostTree tree, Finding demotion, TierLayout tiers)
    {
        if (!tree.Has("/proc/sys/kernel/numa_balancing"))
        {
            return Cannot("promotion", "the kernel has no NUMA balancing", "a kernel built with CONFIG_NUMA_BALANCING");
        }
        if (!demotion.Usable) return demotion with { Name = "promotion" };
        if (tiers.Slow.Count == 0) return Cannot("promotion", $"no node lies in a tier below the CPUs' ({tiers})", SlowNode);
        return new Finding { Area = Areas.Tiers, Name = "promotion", Value = "with numa_balancing = 2", Usable = true };
    }

    private static Finding Balancing(HostTree tree, TierLayout tiers)
    {
        string? mode = tree.FirstLine("/proc/sys/kernel/numa_balancing");
        bool usable = mode is not null && tiers.Memory.Count > 1;
        return new Finding
        {
            Area = Areas.Tiers,
            Name = "numa_balancing_built_in",
            Value = mode is null ? null : $"yes, mode {mode}",
            Usable = usable,
            Why = usable ? null
                : mode is null ? "the kernel has no NUMA balancing"
                : "with one memory node there is nowhere to move pages to",
            Remedy = usable ? null : mode is null ? "a kernel built with CONFIG_NUMA_BALANCING" : SlowNode,
        };
    }

    private static string Names(IEnumerable<NodeDescription> nodes) => string.Join(", ", nodes.Select(node => $"node{node.Id}"));

    private static Finding Cannot(string name, string why, string remedy) =>
        new() { Area = Areas.Tiers, Name = name, Usable = false, Why = why, Remedy = remedy };
}
