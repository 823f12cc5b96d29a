using System.Globalization;
using Harness.Records;

namespace Harness.Analysis;

/// <summary>A counter, or one CPU's part of it.</summary>
/// <param name="Name">The counter's name in the record.</param>
/// <param name="Cpu">The CPU whose part is meant; null for the total.</param>
internal readonly record struct CounterPart(string Name, int? Cpu)
{
    /// <summary>The name that rows carry.</summary>
    public string RowName => Cpu is int cpu ? string.Create(CultureInfo.InvariantCulture, $"{Name}/cpu{cpu}") : Name;
}

/// <summary>What one record says of a counter.</summary>
/// <param name="Value">The value; null when there is none that could be used. One that is not trusted is shown, though not judged.</param>
/// <param name="Unit">Its unit; null when the record lacks the counter.</param>
/// <param name="Problem">Why the counter cannot be judged at all; null when it merely is not there.</param>
internal readonly record struct Reading(double? Value, string? Unit, string? Problem)
{
    /// <summary>Above the largest number a 64-bit counter can hold (1.8e19) a value is damage, not a measurement.</summary>
    private const double Largest = 1e20;

    /// <summary>Below this a positive value is damage too: no unit in use has such small quantities. Assumed.</summary>
    internal const double Smallest = 1e-15;

    private const string Shared = "the event shared its hardware counter, so its value is only an estimate";

    /// <summary>Reads a counter's total or part from a record.</summary>
    public static Reading Of(RunRecord record, CounterPart part)
    {
        if (record.Find(part.Name) is not Counter counter) return default;
        Reading whole = Usable(part.Cpu is int cpu ? PartOf(record, counter, cpu) : counter.Value, counter.Unit);
        return counter.Trust switch
        {
            // the value stays to be looked at; the problem keeps it from being judged
            CounterTrust.Untrusted => whole with { Problem = "untrusted" + Because(counter.Note) },
            CounterTrust.Lost => new(null, counter.Unit, "lost within the window" + Because(counter.Note)),
            CounterTrust.Unsupported => new(null, counter.Unit, "not supported here" + Because(counter.Note)),
            CounterTrust.Multiplexed => new(null, counter.Unit, Shared + Because(counter.Note)),
            _ => whole,
        };
    }

    /// <summary>The CPU ids that the parts of a counter belong to: the host's, or 0, 1, … where the record has no such host.</summary>
    public static IEnumerable<int> CpusOf(RunRecord record, string name)
    {
        if (record.Find(name)?.PerCpu is not { } parts) return [];
        return record.Host is { } host && host.Cpus.Count == parts.Count ? host.Cpus : Enumerable.Range(0, parts.Count);
    }

    private static double? PartOf(RunRecord record, Counter counter, int cpu)
    {
        int index = 0;
        foreach (int id in CpusOf(record, counter.Name))
        {
            if (id == cpu) return counter.PerCpu![index];
            index++;
        }
        return null;
    }

    /// <summary>A value of that unit, or none where it is damage.</summary>
    internal static Reading Usable(double? value, string unit) => value switch
    {
        null or 0 => new(value, unit, null),
        >= Smallest and <= Largest => new(value, unit, null),
        _ => new(null, unit, string.Create(CultureInfo.InvariantCulture, $"a record holds {value}, which no counter can")),
    };

    private static string Because(string? note) => string.IsNullOrWhiteSpace(note) ? "" : ": " + note;
}
