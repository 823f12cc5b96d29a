using Harness.Experiments.Yaml;

namespace Harness.Experiments;

/// <summary>Which counter names a plan may use: those that a run with the plan's workload and events can have.</summary>
internal static class CounterNames
{
    private static readonly string[] Prefixes =
        ["interrupts.", "vmstat.", "nodeN.vmstat.", "nodeN.numastat.", "trace.", "perf.", "threads.", "workload."];

    /// <summary>True for a counter with a value at every moment of a run; a workload's metrics and the kernel threads' times come at its
    /// end.</summary>
    public static bool CanBeSampled(string name) =>
        !name.StartsWith("workload.", StringComparison.Ordinal) && !name.StartsWith("threads.", StringComparison.Ordinal);

    /// <summary>Null when a run can have the counter, else a clause on what is wrong and what to do.</summary>
    public static string? Problem(string name, Workload workload, IReadOnlyList<string> events)
    {
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        string source = dot < 0 ? name : name[..dot];
        string rest = dot < 0 ? "" : name[(dot + 1)..];
        if (rest.Length == 0 || rest.Contains(' ', StringComparison.Ordinal)) return Unknown(name);
        return source switch
        {
            "interrupts" or "vmstat" or "threads" => null,
            "workload" => workload.Metrics.Any(m => m.Name == rest)
                ? null
                : $"{Words.Quote(name)}: workload '{workload.Name}' has no metric {Words.Quote(rest)}; "
                    + $"{Words.Instead(rest, [.. workload.Metrics.Select(m => m.Name)])}",
            "trace" => Uncounted(name, rest.Split('/')[0], events),
            "perf" => Uncounted(name, rest, events),
            _ => OfNode(source, rest) ? null : Unknown(name),
        };
    }

    private static string? Uncounted(string name, string needed, IReadOnlyList<string> events) =>
        events.Contains(needed, StringComparer.Ordinal)
            ? null
            : $"{Words.Quote(name)} is never counted; add {Words.Quote(needed)} to events";

    private static bool OfNode(string source, string rest) =>
        source.Length is > 4 and < 10 && source.StartsWith("node", StringComparison.Ordinal)
        && source.AsSpan(4).IndexOfAnyExceptInRange('0', '9') < 0
        && (rest.StartsWith("vmstat.", StringComparison.Ordinal) || rest.StartsWith("numastat.", StringComparison.Ordinal))
        && !rest.EndsWith('.');

    private static string Unknown(string name) => $"{Words.Quote(name)} is not a counter's name; begin with {string.Join(", ", Prefixes)}";
}
