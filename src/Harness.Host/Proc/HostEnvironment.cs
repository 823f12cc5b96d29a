using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using Harness.Host.Knobs;
using Harness.Records;

namespace Harness.Host.Proc;

/// <summary>
/// What else of a host can change a result, as names and values: kernel, processor and its frequency policy, mitigations, memory and its
/// tiers, firmware, libraries. Only what stays the same while nobody changes it: no free memory, no load.
/// </summary>
public static class HostEnvironment
{
    private const string CpuFolder = "/sys/devices/system/cpu";
    private const string Vulnerabilities = CpuFolder + "/vulnerabilities";

    // A mitigation's text is the longest of these; beyond this it is cut. Assumed.
    private const int LongestValue = 300;

    private static readonly string[] Own =
        ["harness", "System.", "Microsoft.Win32.", "Microsoft.CSharp", "Microsoft.VisualBasic", "WindowsBase"];

    private static readonly Lazy<List<(string Name, string Version)>> Packages = new(() => PackagesBeside(AppContext.BaseDirectory));

    /// <summary>Files with one value each: the first line that there is.</summary>
    private static readonly (string Name, string[] Paths)[] Files =
    [
        ("kernel.build", ["/proc/sys/kernel/version"]),
        ("kernel.nmi_watchdog", ["/proc/sys/kernel/nmi_watchdog"]),
        ("kernel.perf_event_paranoid", ["/proc/sys/kernel/perf_event_paranoid"]),
        ("kernel.randomize_va_space", ["/proc/sys/kernel/randomize_va_space"]),
        ("cpu.online", [CpuFolder + "/online"]),
        ("cpu.isolated", [CpuFolder + "/isolated"]),
        ("cpu.nohz_full", [CpuFolder + "/nohz_full"]),
        ("cpu.smt", [CpuFolder + "/smt/control"]),
        ("cpu.frequency_driver", [CpuFolder + "/cpu0/cpufreq/scaling_driver"]),
        ("cpu.idle_driver", [CpuFolder + "/cpuidle/current_driver"]),
        ("clock", ["/sys/devices/system/clocksource/clocksource0/current_clocksource"]),
        ("memory.lru_gen", ["/sys/kernel/mm/lru_gen/enabled"]),
        ("memory.ksm", ["/sys/kernel/mm/ksm/run"]),
        ("memory.swappiness", ["/proc/sys/vm/swappiness"]),
        ("memory.zone_reclaim_mode", ["/proc/sys/vm/zone_reclaim_mode"]),
        ("memory.watermark_scale_factor", ["/proc/sys/vm/watermark_scale_factor"]),
        ("memory.min_free_kbytes", ["/proc/sys/vm/min_free_kbytes"]),
        ("memory.overcommit", ["/proc/sys/vm/overcommit_memory"]),
        ("memory.zswap", ["/sys/module/zswap/parameters/enabled"]),
        ("firmware.vendor", ["/sys/class/dmi/id/bios_vendor"]),
        ("firmware.version", ["/sys/class/dmi/id/bios_version"]),
        ("firmware.date", ["/sys/class/dmi/id/bios_date"]),
        ("machine", ["/sys/class/dmi/id/product_name", "/proc/device-tree/model"]),
    ];

    /// <summary>Processor features that decide how a TLB is flushed (published: arch/x86/mm/tlb.c).</summary>
    private static readonly string[] TlbFlags = ["pcid", "invpcid", "invlpgb", "pti", "la57"];

    /// <summary>The environment of the running host.</summary>
    /// <param name="host">Its description.</param>
    public static SortedDictionary<string, string> Of(HostDescription host) => Of(new HostTree("/"), host);

    internal static SortedDictionary<string, string> Of(HostTree tree, HostDescription host)
    {
        SortedDictionary<string, string> facts = new(StringComparer.Ordinal);
        void Add(string name, string? value)
        {
            if (!string.IsNullOrWhiteSpace(value)) facts[name] = PlainText.OneLine(value, LongestValue);
        }

        Add("kernel.release", host.KernelRelease);
        Add("kernel.command_line", host.CommandLine);
        foreach ((string name, string[] paths) in Files) Add(name, paths.Select(tree.FirstLine).FirstOrDefault(value => value is not null));
        Add("cpu.model", host.CpuModel);
        Add("cpu.microcode", host.Microcode);
        Add("cpu.hypervisor", host.Hypervisor);
        CpuInfo cpu = new(tree.Read("/proc/cpuinfo"));
        List<string> flags = [];
        foreach (string flag in TlbFlags)
        {
            if (cpu.Has(System.Text.Encoding.ASCII.GetBytes(flag))) flags.Add(flag);
        }
        Add("cpu.tlb_features", string.Join(' ', flags));
        Add("cpu.governor", Governors(tree, host.Cpus));
        Add("cpu.turbo", Turbo(tree));
        foreach (string name in Names(tree, Vulnerabilities)) Add($"vulnerability.{name}", tree.FirstLine($"{Vulnerabilities}/{name}"));
        AddMemory(tree, host, Add);
        Add("memory.swap", Swap(tree));
        if (tree.IsLive) AddPrograms(tree, Add);
        return facts;
    }

    private static void AddMemory(HostTree tree, HostDescription host, Action<string, string?> add)
    {
        foreach (NodeDescription node in host.Nodes)
        {
            string name = Text($"node{node.Id}");
            add($"{name}.cpus", node.Cpus.Count == 0 ? "none" : Text($"{node.Cpus.Count}: {node.Cpus[0]}-{node.Cpus[^1]}"));
            add($"{name}.memory_mib", Text($"{node.MemoryKiB / 1024}"));
            add($"{name}.distances", string.Join(' ', node.Distances));
            add($"{name}.tier", node.Tier is { } tier ? Text($"memory_tier{tier}") : null);

            // What the firmware's HMAT says of the path from the nearest CPUs, as the kernel took it over.
            string access = $"{ThisHost.NodeFolder}/{name}/access0/initiators";
            foreach (string figure in (string[])["read_latency", "write_latency", "read_bandwidth", "write_bandwidth"])
            {
                add($"{name}.hmat.{figure}", tree.FirstLine($"{access}/{figure}"));
            }
        }
    }

    /// <summary>The governors in use, each with how many CPUs it has when there is more than one.</summary>
    private static string? Governors(HostTree tree, IReadOnlyList<int> cpus)
    {
        var counts = cpus.Select(cpu => tree.FirstLine(Text($"{CpuFolder}/cpu{cpu}/cpufreq/scaling_governor"))).OfType<string>()
            .CountBy(governor => governor).OrderBy(count => count.Key, StringComparer.Ordinal).ToList();
        return counts.Count switch
        {
            0 => null,
            1 => counts[0].Key,
            _ => string.Join(", ", counts.Select(count => Text($"{count.Key} on {count.Value} CPUs"))),
        };
    }

    // intel_pstate says what is off, the others say what is on.
    private static string? Turbo(HostTree tree) =>
        tree.FirstLine(CpuFolder + "/intel_pstate/no_turbo") is { } off ? (off == "0" ? "on" : "off")
        : tree.FirstLine(CpuFolder + "/cpufreq/boost") is { } on ? (on == "1" ? "on" : "off")
        : null;

    private static string? Swap(HostTree tree) =>
        MeminfoRows.TryFindKiB(tree.Read("/proc/meminfo"), "SwapTotal"u8, out long kib)
            ? (kib == 0 ? "off" : Text($"{kib / 1024} MiB"))
            : null;

    private static void AddPrograms(HostTree tree, Action<string, string?> add)
    {
        Assembly here = typeof(HostEnvironment).Assembly;
        add("harness.version", here.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion);
        add("runtime.version", RuntimeInformation.FrameworkDescription);
        add("system", Pretty(tree));

        foreach ((string name, string version) in Packages.Value) add($"package.{name}", version);
    }

    // What lies beside the program and came from a package; the runtime's own assemblies are told by its version. Which of them are loaded
    // changes from run to run, which of them there are does not.
    private static List<(string Name, string Version)> PackagesBeside(string folder)
    {
        List<(string, string)> packages = [];
        foreach (string file in Directory.EnumerateFiles(folder, "*.dll"))
        {
            string name = Path.GetFileNameWithoutExtension(file);
            if (name is "mscorlib" or "netstandard" || Own.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
                continue;
            try
            {
                packages.Add((name, AssemblyName.GetAssemblyName(file).Version?.ToString() ?? ""));
            }
            catch (Exception e) when (e is BadImageFormatException or IOException)
            {
                // a native library with a foreign name
            }
        }
        return packages;
    }

    private static string? Pretty(HostTree tree)
    {
        const string Name = "PRETTY_NAME=";
        string text = ByteText.ToText(tree.Read("/etc/os-release"));
        string? line = text.Split('\n').FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal));
        return line?[Name.Length..].Trim('"');
    }

    private static string[] Names(HostTree tree, string folder)
    {
        string path = tree.PathOf(folder);
        return Directory.Exists(path) ? [.. Directory.EnumerateFiles(path).Select(file => Path.GetFileName(file))] : [];
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
