using System.Globalization;
using Harness.Records;
using Harness.Targets.Images;

namespace Harness.Targets.Vm;

/// <summary>QEMU's argument list for a guest.</summary>
internal static class QemuCommand
{
    /// <summary>
    /// Words that every kernel gets. A panic or oops ends QEMU at once (it is told not to reboot); errors reach the console. The test
    /// whether the timer ticks is left out: on a busy host an emulated one may not within the time that it has, and the kernel then panics
    /// (measured).
    /// </summary>
    private static readonly string[] KernelArguments =
        ["console=ttyS0", "loglevel=4", "panic=-1", "oops=panic", "no_timer_check", "rdinit=/init"];

    /// <summary>Tells init.sh that there is a disk to mount.</summary>
    private static readonly string[] DiskArguments = ["harness.disk"];

    /// <summary>A SLIT distance to the node itself, and the nearest another node may be (ACPI 6.5, 5.2.17).</summary>
    private const int LocalDistance = 10;

    /// <summary>The largest SLIT distance; 255 means unreachable.</summary>
    private const int FarthestDistance = 254;

    /// <summary>
    /// What an NVDIMM has beyond the memory it brings on line: memory comes in blocks of 128 MiB (kernel source, x86 below 64 GiB), and
    /// device-dax keeps the first 2 MiB for itself, so that of the first block nothing is left.
    /// </summary>
    private const int DaxOverheadMiB = 128;

    /// <summary>Address space that QEMU wants beyond an NVDIMM's size, since it aligns each to this much (QEMU 7.2).</summary>
    private const int DaxAlignmentMiB = 1024;

    /// <summary>The arguments, without the program's own name.</summary>
    /// <param name="options">Machine and kernel words.</param>
    /// <param name="kernel">The bzImage.</param>
    /// <param name="initramfs">The guest's image.</param>
    /// <param name="console">File that takes the first serial port's output. The second serial port is QEMU's standard input and
    /// output.</param>
    /// <param name="accelerator">Kvm or Tcg.</param>
    /// <param name="disk">The image of the guest's disk; null for a guest without one.</param>
    /// <param name="trace">The file of the disk that it records on; null for a guest that does not.</param>
    public static IReadOnlyList<string> Arguments(
        VmOptions options, string kernel, string initramfs, string console, Accelerator accelerator, string? disk = null,
        string? trace = null)
    {
        IReadOnlyList<NodeShape> nodes = options.Machine.Nodes;
        List<string> arguments =
        [
            "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
            "-M", $"q35,hmat=on,{(options.DaxTier ? "nvdimm=on," : "")}sata=off,smbus=off,usb=off",
            "-accel", accelerator == Accelerator.Kvm ? "kvm" : "tcg,thread=multi",
            "-cpu", accelerator == Accelerator.Kvm ? "host" : "max",
            "-smp", Sockets(nodes),
            "-m", Memory(options),
            "-kernel", kernel,
            "-initrd", initramfs,
            "-append", string.Join(' ', [.. KernelArguments, .. disk is null ? [] : DiskArguments, .. options.KernelArguments]),
            "-chardev", $"file,id=console,path={Escaped(console)}", "-serial", "chardev:console",
            "-chardev", "stdio,id=channel,signal=off", "-serial", "chardev:channel",
        ];
        AddNodes(arguments, options);
        AddDistances(arguments, nodes);
        AddLatencies(arguments, nodes);
        AddDisk(arguments, GuestDisk.Serial, disk);
        AddDisk(arguments, TraceDisk.Serial, trace);
        return arguments;
    }

    // Neither file need be durable, so QEMU does not make its writes so; the guest's own page cache is as ever.
    private static void AddDisk(List<string> arguments, string serial, string? file)
    {
        if (file is null) return;
        arguments.AddRange(["-drive", $"if=none,id={serial},format=raw,cache=unsafe,discard=unmap,file={Escaped(file)}"]);
        arguments.AddRange(["-device", $"virtio-blk-pci,drive={serial},serial={serial}"]);
    }

    private static bool IsDax(VmOptions options, NodeShape node) => options.DaxTier && node.Cpus == 0;

    private static string Memory(VmOptions options)
    {
        NodeShape[] dax = [.. options.Machine.Nodes.Where(node => IsDax(options, node))];
        long ram = options.Machine.Nodes.Where(node => !IsDax(options, node)).Sum(node => (long)node.MemoryMiB);
        long most = ram + dax.Sum(node => (long)node.MemoryMiB + DaxOverheadMiB + DaxAlignmentMiB);
        return dax.Length == 0 ? Text($"{ram}M") : Text($"{ram}M,slots={dax.Length},maxmem={most}M");
    }

    private static void AddNodes(List<string> arguments, VmOptions options)
    {
        IReadOnlyList<NodeShape> nodes = options.Machine.Nodes;
        int cpu = 0;
        int home = FirstWithCpus(nodes);
        for (int id = 0; id < nodes.Count; id++)
        {
            NodeShape node = nodes[id];
            bool dax = IsDax(options, node);
            arguments.AddRange(["-object", Text($"memory-backend-ram,id=m{id},size={node.MemoryMiB + (dax ? DaxOverheadMiB : 0)}M")]);
            string cpus = node.Cpus == 0 ? Text($"initiator={home}") : Text($"cpus={cpu}-{cpu + node.Cpus - 1}");
            arguments.AddRange(["-numa", dax ? Text($"node,nodeid={id},{cpus}") : Text($"node,nodeid={id},memdev=m{id},{cpus}")]);
            if (dax) arguments.AddRange(["-device", Text($"nvdimm,id=n{id},memdev=m{id},node={id}")]);
            cpu += node.Cpus;
        }
    }

    /// <summary>The SLIT: distances in the ratio of the latencies, which is how ACPI defines them.</summary>
    private static void AddDistances(List<string> arguments, IReadOnlyList<NodeShape> nodes)
    {
        for (int from = 0; from < nodes.Count; from++)
        {
            for (int to = 0; to < nodes.Count; to++)
            {
                if (from == to) continue;
                int nearest = Math.Max(1, nodes[FirstWithCpus(nodes)].LatencyNs);
                int ratio = (int)((long)LocalDistance * Far(nodes, from, to).LatencyNs / nearest);
                int distance = Math.Clamp(ratio, LocalDistance + 1, FarthestDistance);
                arguments.AddRange(["-numa", Text($"dist,src={from},dst={to},val={distance}")]);
            }
        }
    }

    /// <summary>The HMAT: latency and bandwidth from each node with CPUs to each node.</summary>
    private static void AddLatencies(List<string> arguments, IReadOnlyList<NodeShape> nodes)
    {
        for (int from = 0; from < nodes.Count; from++)
        {
            if (nodes[from].Cpus == 0) continue;
            for (int to = 0; to < nodes.Count; to++)
            {
                NodeShape node = from == to ? nodes[FirstWithCpus(nodes)] : Far(nodes, from, to);
                string path = Text($"hmat-lb,initiator={from},target={to},hierarchy=memory");
                arguments.AddRange(["-numa", Text($"{path},data-type=access-latency,latency={node.LatencyNs}")]);
                arguments.AddRange(["-numa", Text($"{path},data-type=access-bandwidth,bandwidth={node.BandwidthMiBps}M")]);
            }
        }
    }

    /// <summary>
    /// Whose figures hold between two nodes. A shape gives them as seen from the first node with CPUs; the way back is taken to be the
    /// same, and between two other nodes the slower one's hold (assumed).
    /// </summary>
    private static NodeShape Far(IReadOnlyList<NodeShape> nodes, int from, int to)
    {
        int home = FirstWithCpus(nodes);
        if (from == home) return nodes[to];
        if (to == home) return nodes[from];
        return nodes[from].LatencyNs > nodes[to].LatencyNs ? nodes[from] : nodes[to];
    }

    private static int FirstWithCpus(IReadOnlyList<NodeShape> nodes)
    {
        for (int id = 0; id < nodes.Count; id++)
        {
            if (nodes[id].Cpus > 0) return id;
        }
        throw new UsageException("machine: no node has CPUs; give at least one node cpus of 1 or more");
    }

    /// <summary>One socket a node when they are alike, so that no last-level cache spans two nodes; else one a CPU.</summary>
    private static string Sockets(IReadOnlyList<NodeShape> nodes)
    {
        int cpus = nodes.Sum(node => node.Cpus);
        int perNode = nodes[FirstWithCpus(nodes)].Cpus;
        bool alike = nodes.All(node => node.Cpus == 0 || node.Cpus == perNode);
        return alike
            ? Text($"{cpus},sockets={cpus / perNode},cores={perNode},threads=1")
            : Text($"{cpus},sockets={cpus},cores=1,threads=1");
    }

    /// <summary>In QEMU's option lists a comma ends a value; a doubled one is a comma.</summary>
    private static string Escaped(string path) => path.Replace(",", ",,", StringComparison.Ordinal);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
