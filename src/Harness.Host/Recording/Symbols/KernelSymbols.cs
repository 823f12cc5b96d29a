using Harness.Host.Perf;
using Harness.Host.Proc;
using Harness.Records;

namespace Harness.Host.Recording.Symbols;

/// <summary>What a kernel says of itself, as far as probes need it: symbols, tracepoints, layouts of structures, code.</summary>
public sealed class KernelSymbols
{
    /// <summary>A longer function is not read (assumed: four times the longest of memory management).</summary>
    private const int LongestFunction = 64 * 1024;

    private const string Kallsyms = "/proc/kallsyms";
    private const string TypesFile = "/sys/kernel/btf/vmlinux";

    private readonly HostTree tree;
    private readonly string tracing;
    private readonly SymbolTable table;

    private KernelSymbols(HostTree tree, string tracing)
    {
        this.tree = tree;
        this.tracing = tracing;
        TakesProbes = File.Exists(Path.Combine(tracing, "kprobe_events"));
        Version = KernelVersion.Parse(tree.FirstLine("/proc/sys/kernel/osrelease"));
        int[] possible = tree.Ids("/sys/devices/system/cpu/possible") ?? [];
        CpuIds = possible.Length > 0 ? possible[^1] + 1 : Environment.ProcessorCount;
        string functions = Path.Combine(tracing, "available_filter_functions");
        using Stream symbols = File.OpenRead(tree.PathOf(Kallsyms));
        using Stream? traceable = TakesProbes && File.Exists(functions) ? File.OpenRead(functions) : null;
        table = SymbolTable.Read(symbols, traceable, ProbeChooser.Symbols);
        if (File.Exists(tree.PathOf(TypesFile)))
        {
            Types = Btf.Parse(File.ReadAllBytes(tree.PathOf(TypesFile)), out string? why);
            TypesProblem = why is null ? null : $"{TypesFile}: {why}";
        }
        else
        {
            TypesProblem = $"there is no {TypesFile} (CONFIG_DEBUG_INFO_BTF)";
        }
    }

    /// <summary>The running kernel.</summary>
    /// <exception cref="HostCannotException">Its tracing files or symbols cannot be read: why, and what would help.</exception>
    public static KernelSymbols OfThisHost() => Read("/", Tracefs.Usual);

    /// <summary>The kernel whose <c>proc</c> and <c>sys</c> lie below a folder.</summary>
    internal static KernelSymbols Read(string root, Tracefs tracefs)
    {
        HostTree tree = new(root);
        // Secure Boot may have locked the kernel down; then neither tracing files nor memory can be read, even by root.
        if (tree.FirstLine("/sys/kernel/security/lockdown")?.Contains("[confidentiality]", StringComparison.Ordinal) == true)
        {
            throw new HostCannotException("record: this kernel is locked down (confidentiality), so it can be neither traced nor probed; "
                + "boot it with lockdown=integrity or without Secure Boot");
        }
        string tracing = tracefs.Root ?? throw new HostCannotException($"record: {tracefs.Problem}");
        try
        {
            return new KernelSymbols(tree, tracing);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostCannotException($"record: cannot read what the kernel says of itself: {e.Message}; run as root", e);
        }
    }

    /// <summary>Does it make probes of its functions?</summary>
    internal bool TakesProbes { get; }

    /// <summary>Its version.</summary>
    internal KernelVersion Version { get; }

    /// <summary>Its CPUs have ids below this.</summary>
    internal int CpuIds { get; }

    /// <summary>Its types; null when it has none, and then <see cref="TypesProblem"/> says why.</summary>
    internal Btf? Types { get; }

    /// <summary>Why there are no types.</summary>
    internal string? TypesProblem { get; }

    /// <summary>Is there such a tracepoint?</summary>
    internal bool HasTracepoint(string system, string name) => File.Exists(Path.Combine(tracing, "events", system, name, "format"));

    /// <summary>Is there such a symbol?</summary>
    internal bool Has(string name) => table.Find(name) is not null;

    /// <summary>A function that can be probed.</summary>
    /// <param name="name">Its name in the source.</param>
    /// <param name="why">When there is none: why.</param>
    /// <param name="clones">It may be one that the compiler made of it with fewer arguments (isra, constprop).</param>
    internal KernelFunction? Probed(string name, out string? why, bool clones = false)
    {
        KernelFunction[] functions = [.. table.Named(name, clones)];
        why = !TakesProbes ? $"there is no {Path.Combine(tracing, "kprobe_events")} (CONFIG_KPROBE_EVENTS)"
            : functions.Length == 0 ? $"this kernel has no function {name} of its own"
            : functions.Length > 1 ? $"{functions.Length} functions are named {name}"
            : functions[0].Bearers > 1 ? $"{functions[0].Bearers} functions are named {functions[0].Name}"
            : !functions[0].Traceable ? $"{functions[0].Name} is not to be probed (notrace)"
            : null;
        return why is null ? functions[0] : null;
    }

    /// <summary>A function's code as it is in memory.</summary>
    /// <param name="function">The function.</param>
    /// <param name="why">When it cannot be had: why.</param>
    internal byte[]? CodeOf(KernelFunction function, out string? why)
    {
        if (function.Address == 0)
        {
            why = $"{Kallsyms} hides addresses; set kernel.kptr_restrict to 0 or 1 and run as root";
            return null;
        }
        ulong length = Math.Min(function.End - function.Address, LongestFunction);
        return KernelCore.Read(tree.PathOf("/proc/kcore"), function.Address, (int)length, out why);
    }
}
