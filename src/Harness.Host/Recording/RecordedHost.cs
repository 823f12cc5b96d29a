using System.Globalization;
using Harness.Host.Proc;
using Harness.Traces;

namespace Harness.Host.Recording;

/// <summary>What a trace's header says of the host, and what is counted beside the trace.</summary>
/// <param name="tree">The host's files.</param>
internal sealed class RecordedHost(HostTree tree)
{
    private const string Reclaimer = "kswapd";

    /// <summary>Memory zones with pages, as <c>/proc/zoneinfo</c> lists them.</summary>
    internal IReadOnlyList<TraceZone> Zones()
    {
        List<TraceZone> zones = [];
        int node = 0;
        string name = "";
        long spanned = 0;
        Lines lines = new(tree.Read("/proc/zoneinfo"));
        while (lines.MoveNext())
        {
            if (!lines.Sound) continue;
            ReadOnlySpan<byte> rest = lines.Current;
            ReadOnlySpan<byte> word = ByteText.TakeWord(ref rest);
            if (word.SequenceEqual("Node"u8))
            {
                // "Node 0, zone   Normal"
                node = Number(ByteText.TakeWord(ref rest).TrimEnd((byte)',')) is { } id ? (int)id : 0;
                ByteText.TakeWord(ref rest);
                name = ByteText.ToText(ByteText.Trim(rest));
                spanned = 0;
            }
            else if (word.SequenceEqual("spanned"u8)) spanned = Number(ByteText.Trim(rest)) ?? 0;
            else if (word.SequenceEqual("start_pfn:"u8) && spanned > 0 && Number(ByteText.Trim(rest)) is { } start)
                zones.Add(new TraceZone(node, name, start, spanned));
        }
        return zones;
    }

    /// <summary>The threads that reclaim, one a node, ascending by id.</summary>
    internal IReadOnlyList<int> Kswapd()
    {
        List<int> threads = [];
        foreach (string folder in Directory.EnumerateDirectories(tree.PathOf("/proc")))
        {
            string name = Path.GetFileName(folder);
            if (!int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int id)) continue;
            if (tree.FirstLine($"/proc/{name}/comm") is { } comm && comm.StartsWith(Reclaimer, StringComparison.Ordinal)
                && comm.AsSpan(Reclaimer.Length).ContainsAnyExceptInRange('0', '9') is false) threads.Add(id);
        }
        threads.Sort();
        return threads;
    }

    /// <summary>The TLB row of <c>/proc/interrupts</c>, all CPUs together; null when there is none.</summary>
    internal long? TlbInterrupts()
    {
        InterruptRow? row = new InterruptTable(tree.Read("/proc/interrupts")).Rows.FirstOrDefault(row => row.Name == "TLB");
        return row is null ? null : (long)row.Counts.Aggregate(0ul, (sum, count) => sum + count);
    }

    private static long? Number(ReadOnlySpan<byte> digits) =>
        ByteText.TryParse(digits, out ulong value) && value <= long.MaxValue ? (long)value : null;
}
