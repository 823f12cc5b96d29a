using System.Globalization;

namespace Harness.Records;

/// <summary>
/// A counter, or several added up, as plans and knobs name what must move: <c>vmstat.pgdemote_kswapd + vmstat.pgdemote_direct</c>. Counts
/// never fall, so a sum moves when one of its parts does: it also says "one of these". A part that the kernel does not have counts nothing.
/// </summary>
/// <param name="text">The counters' names with <see cref="Plus"/> between them.</param>
public sealed class CounterSum(string text)
{
    /// <summary>What stands between two names.</summary>
    public const string Plus = " + ";

    // Nearly all proofs are counters of /proc/vmstat, whose names stand for themselves.
    private const string Vmstat = "vmstat.";

    /// <summary>The names of the parts.</summary>
    public IReadOnlyList<string> Names { get; } = text.Split(Plus);

    /// <summary>What the sum did in a window.</summary>
    /// <param name="counters">The window's counters.</param>
    public CounterMove In(IReadOnlyList<Counter> counters)
    {
        Counter[] parts = [.. counters.Where(counter => Names.Contains(counter.Name, StringComparer.Ordinal))];
        Counter[] counted = [.. parts.Where(part => part is { Value: not null, Trust: not CounterTrust.Untrusted })];
        if (counted.Length == 0)
        {
            string note = parts.FirstOrDefault(part => part.Note is not null)?.Note is { } said ? $" ({said})" : "";
            return new CounterMove(null, $"{Sum(Names)} was not counted{note}");
        }
        Counter[] moved = [.. counted.Where(part => part.Value > 0)];
        string words = moved.Length == 0
            ? $"{Sum(counted.Select(part => part.Name))} stayed 0"
            : string.Join(", ", moved.Select(Moved));
        return new CounterMove(moved.Sum(part => part.Value!.Value), words);
    }

    private static string Moved(Counter part) =>
        string.Create(CultureInfo.InvariantCulture, $"{Short(part.Name)} +{part.Value:#,0.###}");

    private static string Sum(IEnumerable<string> names) => string.Join(Plus, names.Select(Short));

    private static string Short(string name) => name.StartsWith(Vmstat, StringComparison.Ordinal) ? name[Vmstat.Length..] : name;
}

/// <summary>What a sum of counters did in a window.</summary>
/// <param name="Value">The total; null when none of the parts was counted, or none can be taken at its word.</param>
/// <param name="Words">The same in words: <c>numa_pte_updates +33,012</c>, <c>numa_pte_updates stayed 0</c>.</param>
public readonly record struct CounterMove(double? Value, string Words)
{
    /// <summary>True when it provably moved.</summary>
    public bool Moved => Value > 0;
}
