using System.Globalization;
using Harness.Host.Proc;
using Harness.Host.Proofs;
using Harness.Records;

namespace Harness.Host.Knobs;

/// <summary>
/// The knob <c>damon</c>: promotion of hot pages by DAMON, which samples accessed bits of physical memory in a kernel thread. DAMON has no
/// file for that. It is set up through many, most of which exist only once another has been written; each is a knob of its own here, set
/// and journalled like any other, and all are put back in the opposite order. So a kill at any step leaves nothing that a restore cannot
/// undo.
/// </summary>
internal static class Damon
{
    /// <summary>The knob's name.</summary>
    internal const string Name = "damon";

    private const string Off = "off";
    private const string Promote = "promote";
    private const string StepPrefix = Name + ":";
    private const string Folder = "/sys/kernel/mm/damon/admin/kdamonds";
    private const string NodeFolder = ThisHost.NodeFolder;
    private const string Context = "0/contexts/0/";
    private const string Regions = Context + "targets/0/regions/";
    private const string Scheme = Context + "schemes/0/";

    // Assumed: four times the kernel's own 5 ms and twice its 100 ms, so that filling memory once, which touches each page twice in a row
    // at most, does not pass for use; hot is what was seen in use in four samples of the ten.
    private const string SampleUs = "20000";
    private const string AggregateUs = "200000";
    private const string FewestAccesses = "4";

    private const string AnyNumber = "9223372036854775807";
    private const string AnyCount = "2147483647";

    /// <summary>The knob as plans name it.</summary>
    internal static Knob Knob { get; } = new()
    {
        Name = Name,
        Path = Folder + "/nr_kdamonds",
        Does = "promote: a DAMON thread moves pages in use on nodes without CPUs to the first node with CPUs; off: no DAMON thread",
        Proofs =
        [
            new KnobProof
            {
                Values = [Promote],
                Move = ["vmstat.pgmigrate_success"],
                While = "a task touches memory of a node without CPUs again and again for a second or more",
            },
        ],
        Needs = "a kernel from 6.11 built with CONFIG_DAMON_SYSFS and CONFIG_DAMON_PADDR",
        Format = KnobFormat.Steps,
    };

    /// <summary>The choices of the knob; what its file tells is only whether DAMON has threads.</summary>
    internal static IReadOnlyList<string> Choices { get; } = [Off, Promote];

    /// <summary>The knob's value by the number of DAMON's threads; null when it is no number.</summary>
    internal static string? Value(string threads) =>
        !uint.TryParse(threads, NumberStyles.None, CultureInfo.InvariantCulture, out uint count) ? null : count == 0 ? Off : "in use";

    /// <summary>A file of DAMON's by the name under which it is in the journal; null when it is none that is ever written.</summary>
    internal static Knob? Step(string name)
    {
        if (!name.StartsWith(StepPrefix, StringComparison.Ordinal)) return null;
        string path = name[StepPrefix.Length..];
        bool known = Setup([(0, 0)], 0).Any(step => step.Path == path) || IsRegion(path);
        return known ? StepKnob(path) : null;
    }

    /// <summary>What a value takes, in order.</summary>
    /// <param name="wanted">One of <see cref="Choices"/>.</param>
    /// <param name="tree">The host.</param>
    /// <exception cref="HostCannotException">DAMON is in use already, or there is no slow node to promote from.</exception>
    internal static IEnumerable<(Knob Knob, string Value)> Steps(string wanted, KnobTree tree)
    {
        if (tree.Look(Knob).Value != Off)
        {
            throw new HostCannotException(
                $"knob {Name} cannot be set to {wanted}: DAMON has threads already; end what uses it ({tree.At(Folder)})");
        }
        if (wanted == Off) return [];
        HostTree host = new(tree.At("/"));
        int[] fast = host.Ids($"{NodeFolder}/has_cpu") ?? [];
        int[] slow = [.. (host.Ids($"{NodeFolder}/has_memory") ?? []).Except(fast)];
        List<(long Start, long End)> ranges = Ranges(tree, host, slow);
        if (fast.Length == 0 || ranges.Count == 0)
            throw new HostCannotException($"knob {Name} cannot be set to {wanted}: no memory is on a node without CPUs");
        return Setup(ranges, fast[0]).Select(step => (StepKnob(step.Path), step.Value));
    }

    private static IEnumerable<(string Path, string Value)> Setup(List<(long Start, long End)> ranges, int target)
    {
        yield return ("nr_kdamonds", "1");
        yield return ("0/contexts/nr_contexts", "1");
        yield return (Context + "operations", "paddr");
        yield return (Context + "monitoring_attrs/intervals/sample_us", SampleUs);
        yield return (Context + "monitoring_attrs/intervals/aggr_us", AggregateUs);
        yield return (Context + "targets/nr_targets", "1");
        yield return (Regions + "nr_regions", Text(ranges.Count));
        for (int region = 0; region < ranges.Count; region++)
        {
            yield return ($"{Regions}{Text(region)}/start", Text(ranges[region].Start));
            yield return ($"{Regions}{Text(region)}/end", Text(ranges[region].End));
        }
        yield return (Context + "schemes/nr_schemes", "1");
        yield return (Scheme + "action", "migrate_hot");
        yield return (Scheme + "target_nid", Text(target));
        yield return (Scheme + "access_pattern/sz/max", AnyNumber);
        yield return (Scheme + "access_pattern/nr_accesses/min", FewestAccesses);
        yield return (Scheme + "access_pattern/nr_accesses/max", AnyCount);
        yield return (Scheme + "access_pattern/age/max", AnyCount);
        yield return ("0/state", "on");
    }

    private static bool IsRegion(string path)
    {
        if (!path.StartsWith(Regions, StringComparison.Ordinal)) return false;
        string[] parts = path[Regions.Length..].Split('/');
        return parts is [{ Length: > 0 and < 6 } number, "start" or "end"] && number.All(char.IsAsciiDigit);
    }

    private static Knob StepKnob(string path) => new()
    {
        Name = StepPrefix + path,
        Path = $"{Folder}/{path}",
        Does = $"part of {Name}",
        Needs = Knob.Needs,
        Format = path.EndsWith("/operations", StringComparison.Ordinal) || path.EndsWith("/action", StringComparison.Ordinal)
            || path.EndsWith("/state", StringComparison.Ordinal) ? KnobFormat.Word : KnobFormat.Number,
        Max = long.MaxValue,
    };

    /// <summary>The physical memory of nodes as ranges, ascending, each as long as it goes.</summary>
    private static List<(long Start, long End)> Ranges(KnobTree tree, HostTree host, int[] nodes)
    {
        List<(long Start, long End)> ranges = [];
        if (Hex(host.FirstLine("/sys/devices/system/memory/block_size_bytes")) is not { } size) return ranges;
        IEnumerable<long> blocks =
            from node in nodes
            let folder = tree.At($"{NodeFolder}/node{Text(node)}")
            where Directory.Exists(folder)
            from block in Directory.EnumerateFileSystemEntries(folder, "memory*")
            let index = Hex(host.FirstLine($"{NodeFolder}/node{Text(node)}/{Path.GetFileName(block)}/phys_index"))
            where index is not null
            orderby index.Value
            select index.Value * size;
        foreach (long start in blocks)
        {
            if (ranges.Count > 0 && ranges[^1].End == start) ranges[^1] = (ranges[^1].Start, start + size);
            else ranges.Add((start, start + size));
        }
        return ranges;
    }

    private static long? Hex(string? text)
    {
        bool read = long.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long value);
        return read && value is >= 0 and < 1L << 40 ? value : null;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
