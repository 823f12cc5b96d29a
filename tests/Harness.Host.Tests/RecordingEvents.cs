using System.Globalization;
using Harness.Host.Recording;
using Harness.Traces;

namespace Harness.Host.Tests;

/// <summary>Pages of ring buffers saved in guests, with what the kernel itself printed of them (Fixtures/README.md).</summary>
internal static class RecordingEvents
{
    private const int PageBytes = 4096;

    /// <summary>The header of a trace of such events.</summary>
    public static TraceHeader Header { get; } = new()
    {
        KernelRelease = "6.12",
        Processor = "none",
        Clock = "mono",
        Started = DateTimeOffset.UnixEpoch,
        Cpus = [0, 1],
        CpuWords = 1,
        Zones = [],
        Sources = [],
        Subject = "test",
    };

    private static readonly Probe[] Probes =
    [
        Kmem(TraceEventKind.Allocate, "mm_page_alloc"),
        Kmem(TraceEventKind.Free, "mm_page_free"),
        new Probe
        {
            Kind = TraceEventKind.WriteFault,
            System = Probe.Group,
            Event = "wp",
            Fields = [new ProbeField("pte", ProbeFieldUse.Pte), new ProbeField("mm", ProbeFieldUse.Mm)],
        },
    ];

    /// <summary>A decoder for a guest's events.</summary>
    public static EventDecoder Decoder(string version) =>
        new(Probes, [.. Probes.Select(probe => EventFormat.Parse(File.ReadLines(Path.Combine(Folder(version), probe.Event))))], Set(Probes));

    /// <summary>A choice of probes for a kernel that has one word of CPUs.</summary>
    public static ProbeSet Set(IReadOnlyList<Probe> probes) => new()
    {
        Probes = probes,
        Missing = [],
        Offsets = new Dictionary<string, int>(),
        CpuWords = 1,
        PageBytes = 64,
        FirstMigrationType = 28,
    };

    /// <summary>The pages.</summary>
    public static IEnumerable<byte[]> Pages(string version) => File.ReadAllBytes(Path.Combine(Folder(version), "pages")).Chunk(PageBytes);

    /// <summary>A line each event, as the kernel's own <c>trace</c> file had it: seconds, task, event, fields; of a PTE only its frame.</summary>
    public static IReadOnlyList<string> Printed(string version) => [.. File.ReadAllLines(Path.Combine(Folder(version), "text")).Select(WithFrame)];

    /// <summary>The same of an event.</summary>
    public static string AsTheKernelPrints(TraceEvent e)
    {
        // The kernel rounds to the nearest microsecond.
        long microseconds = (e.TimeNs + 500) / 1000;
        string time = string.Create(CultureInfo.InvariantCulture, $"{microseconds / 1_000_000}.{microseconds % 1_000_000:000000} {e.Pid}");
        if (e.Kind == TraceEventKind.WriteFault) return $"{time} wp pte={e.Frame:x10} mm=0x{e.Mm:x}";
        string name = e.Kind == TraceEventKind.Allocate ? "mm_page_alloc" : "mm_page_free";
        return $"{time} {name} pfn=0x{e.Frame:x} order={e.Order}";
    }

    // "pte=0x84000000020e1805": flags in the first three and last three digits, the frame in the ten between
    private static string WithFrame(string line)
    {
        int pte = line.IndexOf("pte=0x", StringComparison.Ordinal);
        return pte < 0 ? line : $"{line[..pte]}pte={line.Substring(pte + 9, 10)}{line[(pte + 22)..]}";
    }

    private static Probe Kmem(TraceEventKind kind, string name) => new()
    {
        Kind = kind,
        System = "kmem",
        Event = name,
        Fields = [new ProbeField("pfn", ProbeFieldUse.Frame), new ProbeField("order", ProbeFieldUse.Order)],
    };

    private static string Folder(string version) => Saved.Root($"trace-{version}");
}
