using System.Buffers;
using Harness.Interop;
using Harness.Records;

namespace Harness.Host.Perf;

/// <summary>Whether an event can be counted on this host.</summary>
/// <param name="Name">perf's name.</param>
/// <param name="Why">Null when it can be counted; else why not, and what would make it usable.</param>
public sealed record PerfAvailability(string Name, string? Why);

/// <summary>The events known by name, and what a name means to the kernel.</summary>
public static class PerfEvents
{
    private const string TlbFlush = "tlb:tlb_flush";

    /// <summary>
    /// The kernel's <c>enum tlb_flush_reason</c>, value 0 first (published: include/linux/mm_types.h). Kernels after 6.12 know more
    /// reasons; those are in the total only.
    /// </summary>
    private static readonly string[] FlushReasons =
        ["task_switch", "remote_shootdown", "local_shootdown", "local_mm_shootdown", "remote_ipi_send"];

    private static readonly (string Name, uint Type, ulong Config)[] Named =
    [
        ("page-faults", libc.PERF_TYPE_SOFTWARE, libc.PERF_COUNT_SW_PAGE_FAULTS),
        ("minor-faults", libc.PERF_TYPE_SOFTWARE, libc.PERF_COUNT_SW_PAGE_FAULTS_MIN),
        ("major-faults", libc.PERF_TYPE_SOFTWARE, libc.PERF_COUNT_SW_PAGE_FAULTS_MAJ),
        ("context-switches", libc.PERF_TYPE_SOFTWARE, libc.PERF_COUNT_SW_CONTEXT_SWITCHES),
        ("cpu-migrations", libc.PERF_TYPE_SOFTWARE, libc.PERF_COUNT_SW_CPU_MIGRATIONS),
        ("cycles", libc.PERF_TYPE_HARDWARE, libc.PERF_COUNT_HW_CPU_CYCLES),
        ("instructions", libc.PERF_TYPE_HARDWARE, libc.PERF_COUNT_HW_INSTRUCTIONS),
        ("dTLB-loads", libc.PERF_TYPE_HW_CACHE, Cache(libc.PERF_COUNT_HW_CACHE_DTLB, libc.PERF_COUNT_HW_CACHE_OP_READ, miss: false)),
        ("dTLB-load-misses", libc.PERF_TYPE_HW_CACHE, Cache(libc.PERF_COUNT_HW_CACHE_DTLB, libc.PERF_COUNT_HW_CACHE_OP_READ, miss: true)),
        ("dTLB-store-misses", libc.PERF_TYPE_HW_CACHE, Cache(libc.PERF_COUNT_HW_CACHE_DTLB, libc.PERF_COUNT_HW_CACHE_OP_WRITE, miss: true)),
        ("iTLB-load-misses", libc.PERF_TYPE_HW_CACHE, Cache(libc.PERF_COUNT_HW_CACHE_ITLB, libc.PERF_COUNT_HW_CACHE_OP_READ, miss: true)),
    ];

    private static readonly SearchValues<char> TracepointLetters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

    /// <summary>The names <see cref="Probe"/> tries. Any other tracepoint can be named too, as <c>SUBSYSTEM:NAME</c>.</summary>
    public static IReadOnlyList<string> Known { get; } = [.. Named.Select(named => named.Name), TlbFlush];

    /// <summary>Tries to open every known event on the CPU this runs on, and closes it again.</summary>
    public static IReadOnlyList<PerfAvailability> Probe()
    {
        if (HarnessNative.Missing is { } missing) return [.. Known.Select(name => new PerfAvailability(name, missing))];
        int[] cpus = [Affinity.CurrentCpu];
        return [.. Known.Select(name => new PerfAvailability(name, Try(Resolve(name, Tracefs.Usual)[0], cpus)))];
    }

    /// <summary>What has to be opened for a name: one event, or for <c>tlb:tlb_flush</c> the total and one for each reason.</summary>
    /// <exception cref="UsageException">There is no such event.</exception>
    internal static IReadOnlyList<PerfSpec> Resolve(string name, Tracefs tracefs)
    {
        int colon = name.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? [ByName(name)] : Tracepoint(name, name[..colon], name[(colon + 1)..], tracefs);
    }

    private static PerfSpec ByName(string name)
    {
        foreach ((string known, uint type, ulong config) in Named)
        {
            if (name == known) return new PerfSpec("perf." + name, type, config);
        }
        throw Unknown(name);
    }

    private static IReadOnlyList<PerfSpec> Tracepoint(string name, string subsystem, string point, Tracefs tracefs)
    {
        // the names become part of a path below tracefs
        if (!IsWord(subsystem) || !IsWord(point)) throw Unknown(name);
        ulong? id = tracefs.FindId(subsystem, point, out string? why);
        PerfSpec total = new("trace." + name, libc.PERF_TYPE_TRACEPOINT, id ?? 0, Problem: why);
        return name == TlbFlush
            ? [total, .. FlushReasons.Select((word, i) => total with { Counter = $"{total.Counter}/{word}", Filter = $"reason == {i}" })]
            : [total];
    }

    private static string? Try(PerfSpec spec, IReadOnlyList<int> cpus)
    {
        if (spec.Problem is not null) return spec.Problem;
        using PerfGroup group = new(cpus, spec.OnPmu);
        try
        {
            group.Add(spec);
            return null;
        }
        catch (NativeException e)
        {
            return e.Message;
        }
    }

    private static bool IsWord(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExcept(TracepointLetters);

    private static UsageException Unknown(string name) =>
        new($"no perf event '{name}'; known are {string.Join(", ", Known)}, and any tracepoint as SUBSYSTEM:NAME");

    // perf_event_open(2): a cache event's number is made of three fields of 8 bits: cache, operation, result
    private static ulong Cache(ulong cache, ulong operation, bool miss) =>
        cache | operation << 8 | (miss ? libc.PERF_COUNT_HW_CACHE_RESULT_MISS : libc.PERF_COUNT_HW_CACHE_RESULT_ACCESS) << 16;
}
