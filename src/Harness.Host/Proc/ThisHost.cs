using Harness.Records;

namespace Harness.Host.Proc;

/// <summary>Reads what a host is: CPUs, nodes, distances, memory tiers, kernel release, command line, microcode.</summary>
public static class ThisHost
{
    private const string OnlineCpus = "/sys/devices/system/cpu/online";
    private const string Release = "/proc/sys/kernel/osrelease";
    internal const string NodeFolder = "/sys/devices/system/node";

    /// <summary>The description of the running host.</summary>
    /// <exception cref="HostCannotException">/proc or /sys is not mounted.</exception>
    public static HostDescription Describe() => Describe("/");

    /// <summary>The description of the host whose <c>proc</c> and <c>sys</c> lie below a folder.</summary>
    /// <param name="root"><c>/</c> for the running host.</param>
    /// <exception cref="HostCannotException">The kernel release or the list of online CPUs cannot be read.</exception>
    public static HostDescription Describe(string root) => Describe(new HostTree(root));

    internal static HostDescription Describe(HostTree tree)
    {
        int[] cpus = tree.Ids(OnlineCpus) is { Length: > 0 } online ? online : throw Unreadable(tree, OnlineCpus, "sysfs");
        string release = tree.FirstLine(Release) ?? throw Unreadable(tree, Release, "procfs");
        var cpu = new CpuInfo(tree.Read("/proc/cpuinfo"));
        string model = cpu.ModelName.IsEmpty ? "unknown" : ByteText.ToText(cpu.ModelName);
        string? microcode = cpu.Microcode.IsEmpty ? null : ByteText.ToText(cpu.Microcode);
        return new HostDescription
        {
            KernelRelease = release,
            CommandLine = tree.FirstLine("/proc/cmdline") ?? "",
            CpuModel = model,
            Microcode = microcode,
            Hypervisor = Hypervisor.Of(tree),
            Cpus = cpus,
            Nodes = Nodes(tree, cpus),
        };
    }

    private static NodeDescription[] Nodes(HostTree tree, int[] cpus)
    {
        // A kernel without CONFIG_NUMA has no node folder: the machine then is its one node.
        if (tree.Ids($"{NodeFolder}/online") is not { Length: > 0 } nodes)
        {
            return [Node(0, cpus, tree.Read("/proc/meminfo"))];
        }
        Dictionary<int, int> tiers = MemoryTiers.ByNode(tree);
        return [.. nodes.Select(id =>
        {
            string folder = $"{NodeFolder}/node{id}";
            return Node(id, tree.Ids($"{folder}/cpulist") ?? [], tree.Read($"{folder}/meminfo")) with
            {
                Distances = DistancesOf(tree, id, nodes.Length),
                Tier = tiers.TryGetValue(id, out int tier) ? tier : null,
            };
        })];
    }

    private static NodeDescription Node(int id, IReadOnlyList<int> cpus, ReadOnlySpan<byte> meminfo) => new()
    {
        Id = id,
        Cpus = cpus,
        MemoryKiB = KiB(meminfo, "MemTotal"u8),
        AvailableKiB = KiB(meminfo, "MemFree"u8) + KiB(meminfo, "Active(file)"u8) + KiB(meminfo, "Inactive(file)"u8)
            + KiB(meminfo, "SReclaimable"u8),
        Distances = [],
    };

    private static long KiB(ReadOnlySpan<byte> meminfo, ReadOnlySpan<byte> name) =>
        MeminfoRows.TryFindKiB(meminfo, name, out long kib) ? kib : 0;

    private static int[] DistancesOf(HostTree tree, int node, int nodes)
    {
        int[] distances = new int[nodes];
        bool whole = Lines.TryFirst(tree.Read($"{NodeFolder}/node{node}/distance"), out ReadOnlySpan<byte> line)
            && Distances.TryParse(line, distances, out int count) && count == nodes;
        return whole ? distances : [];
    }

    private static HostCannotException Unreadable(HostTree tree, string path, string fileSystem) =>
        new($"{tree.PathOf(path)}: cannot be read as this kernel writes it; mount {fileSystem} and try again");
}
