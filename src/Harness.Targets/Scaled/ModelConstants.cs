using Harness.Experiments;
using Harness.Model;
using Harness.Records;

namespace Harness.Targets;

/// <summary>The model's constants in the units they were published in, by the names that <c>workloads/published</c> uses.</summary>
public static class ModelConstants
{
    private const double AssumedGHz = 2.5;       // at which Costs.Hardware takes what was published in cycles
    private const int BytesOfAPage = 4_096;
    private const int PagesOfAHugeFolio = 512;
    private const int RangeOf33 = 33;

    private static readonly Dictionary<string, Func<Folders, double>> All = new(StringComparer.Ordinal)
    {
        ["flush-1-page"] = _ => Cycles(Costs.Hardware.FlushPages(1)),
        ["flush-33-pages"] = _ => Cycles(Costs.Hardware.FlushPages(RangeOf33)),
        ["flush-all"] = _ => Cycles(Costs.Hardware.FlushAll.Value.Count),
        ["move-4k"] = _ => BytesOfAPage / Move(1),
        ["move-2m"] = _ => (double)BytesOfAPage * PagesOfAHugeFolio / Move(PagesOfAHugeFolio),
        ["copy-share-4k"] = _ => CopyShare(1),
        ["copy-share-2m"] = _ => CopyShare(PagesOfAHugeFolio),
        ["cxl-latency"] = folders => Gold6430(folders)[1].LatencyNs,
        ["cxl-against-dram"] = folders => (double)Gold6430(folders)[1].LatencyNs / Gold6430(folders)[0].LatencyNs,
        ["goldencove-itlb"] = _ => TlbGeometry.GoldenCove.FirstInstruction.Entries,
        ["goldencove-dtlb"] = _ => TlbGeometry.GoldenCove.FirstData.Entries,
        ["goldencove-dtlb-2m"] = _ => TlbGeometry.GoldenCove.FirstData.HugeEntries,
        ["goldencove-stlb"] = _ => TlbGeometry.GoldenCove.Second.Entries,
        ["zen4-dtlb2"] = _ => TlbGeometry.Zen4.Second.Entries,
        ["zen4-itlb2"] = _ => TlbGeometry.Zen4.SecondInstruction!.Entries,
    };

    /// <summary>The constant of that name, in the unit of the figure it is held against.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="folders">Where the machines are described.</param>
    /// <exception cref="UsageException">There is none of that name, or its machine cannot be read.</exception>
    public static double Value(string name, Folders folders) => All.TryGetValue(name, out Func<Folders, double>? value)
        ? value(folders)
        : throw new UsageException($"the model has no constant '{name}'; it has {string.Join(", ", All.Keys)}");

    private static IReadOnlyList<MemoryNode> Gold6430(Folders folders) =>
        DescribedMachine.Model(MachineCatalog.Load(folders, "xeon-gold-6430"), fraction: 1).Nodes;

    private static double Cycles(long ns) => ns * AssumedGHz;

    // Nanoseconds of batched migration of one folio: its steps are paid once, the copy for each page.
    private static double Move(int pages)
    {
        Costs costs = Costs.Hardware;
        Cost[] once = [costs.Isolate, costs.Allocate, costs.Unmap, costs.SetEntry, costs.Remap];
        return once.Sum(step => step.Value.Count) + pages * costs.Copy.Value.Count;
    }

    private static double CopyShare(int pages) => 100.0 * pages * Costs.Hardware.Copy.Value.Count / Move(pages);
}
