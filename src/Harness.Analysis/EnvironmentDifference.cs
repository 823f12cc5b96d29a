using Harness.Records;

namespace Harness.Analysis;

/// <summary>One name of the environment that two sides of a comparison do not share.</summary>
/// <param name="Name">The name: <c>kernel.release</c>, <c>cpu.governor</c>; a knob in force as <c>knob.NAME</c>.</param>
/// <param name="Before">
/// The value before; null when no run has the name, several joined by <c>" then "</c> when it changed between runs.
/// </param>
/// <param name="After">The value after, in the same way.</param>
public sealed record EnvironmentDifference(string Name, string? Before, string? After)
{
    /// <summary>All names in which the runs with a result differ between the two sides or within one of them, by name.</summary>
    /// <param name="before">The records of one side.</param>
    /// <param name="after">The records of the other.</param>
    public static IReadOnlyList<EnvironmentDifference> Between(IReadOnlyList<RunRecord> before, IReadOnlyList<RunRecord> after)
    {
        SortedDictionary<string, List<string>> left = Values(before);
        SortedDictionary<string, List<string>> right = Values(after);

        // a side without any environment (the model, an older record) differs in everything and nothing
        if (left.Count == 0 || right.Count == 0) return [];
        List<EnvironmentDifference> differences = [];
        foreach (string name in left.Keys.Union(right.Keys).Order(StringComparer.Ordinal))
        {
            List<string> one = left.GetValueOrDefault(name) ?? [];
            List<string> other = right.GetValueOrDefault(name) ?? [];
            if (one.Count <= 1 && one.SequenceEqual(other)) continue;
            differences.Add(new EnvironmentDifference(name, Joined(one), Joined(other)));
        }
        return differences;
    }

    /// <summary>All names of the environment that some runs share, each with its value as it is printed.</summary>
    internal static Dictionary<string, string> EnvironmentOf(IReadOnlyList<RunRecord> runs) =>
        Values(runs).ToDictionary(pair => pair.Key, pair => Joined(pair.Value)!);

    /// <summary>
    /// The names whose printed values differ; where one side lacks the kernel's release (an older record) only those that both have.
    /// </summary>
    internal static IEnumerable<EnvironmentDifference> Between(
        IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after)
    {
        const string known = "kernel.release";
        bool shared = !before.ContainsKey(known) || !after.ContainsKey(known);
        return before.Keys.Union(after.Keys)
            .Where(name => !shared || (before.ContainsKey(name) && after.ContainsKey(name)))
            .Select(name => new EnvironmentDifference(name, before.GetValueOrDefault(name), after.GetValueOrDefault(name)))
            .Where(difference => difference.Before != difference.After);
    }

    /// <summary>Each name's values in the order in which they came, without immediate repetition.</summary>
    private static SortedDictionary<string, List<string>> Values(IReadOnlyList<RunRecord> runs)
    {
        SortedDictionary<string, List<string>> all = new(StringComparer.Ordinal);
        foreach (RunRecord run in runs.OrderBy(run => run.Started))
        {
            IEnumerable<(string, string)> knobs = run.KnobsInForce.Select(knob => ($"knob.{knob.Knob}", knob.Value));
            foreach ((string name, string value) in run.Environment.Select(pair => (pair.Key, pair.Value)).Concat(knobs))
            {
                if (!all.TryGetValue(name, out List<string>? values)) all.Add(name, values = []);
                if (values.Count == 0 || values[^1] != value) values.Add(value);
            }
        }
        return all;
    }

    private static string? Joined(List<string> values) => values.Count == 0 ? null : string.Join(" then ", values);
}
