using Harness.Records;

namespace Harness.Host.Probes;

/// <summary>What one counter must make of a work of known cost.</summary>
/// <param name="Counter">The counter's name.</param>
/// <param name="Least">The least it must move by.</param>
/// <param name="Most">The most; null where what others do in the meantime counts too and has no bound.</param>
/// <param name="Cpu">The CPU whose part is meant; null for the total.</param>
internal sealed record Claim(string Counter, double Least, double? Most = null, int? Cpu = null)
{
    /// <summary>The claim's probe with what was seen, or why nothing could be.</summary>
    public CounterProbe Probe(string work, double? seen, string? why = null) =>
        new() { Counter = Counter, Work = work, Least = Least, Most = Most, Seen = seen, Why = why };

    /// <summary>What the counter shows in one window.</summary>
    /// <param name="counters">The window's counters.</param>
    /// <param name="cpus">What the parts per CPU belong to.</param>
    /// <param name="why">Why there is nothing to see; null when there is.</param>
    public double? Seen(IReadOnlyList<Counter> counters, IReadOnlyList<int> cpus, out string? why)
    {
        Counter? counter = counters.FirstOrDefault(counter => counter.Name == Counter);
        int column = Cpu is { } cpu ? cpus.ToList().IndexOf(cpu) : -1;
        double? seen = column >= 0 && counter?.PerCpu is { } parts ? parts[column] : counter?.Value;
        why = seen is null ? counter?.Note ?? $"no {Counter} was read" : null;
        return seen;
    }
}
