using System.Text.Json.Serialization;

namespace Harness.Records;

/// <summary>Whose output it is; its numbers become metrics under the names that <c>workloads/README.md</c> lists.</summary>
[JsonConverter(typeof(WordConverter<OutputFormat>))]
public enum OutputFormat
{
    /// <summary>The timings that llama.cpp's programs print at their end, under any of their prefixes.</summary>
    LlamaCpp,

    /// <summary>The table of llama-bench.</summary>
    LlamaBench,

    /// <summary>The summary of <c>perf stat</c>, for people or separated (<c>-x</c>).</summary>
    PerfStat,

    /// <summary>The report of pmbench.</summary>
    Pmbench,

    /// <summary>The table of stress-ng's <c>--metrics</c> and <c>--metrics-brief</c>.</summary>
    StressNg,

    /// <summary>The results of XSBench.</summary>
    Xsbench,
}

/// <summary>
/// What a command that runs somebody else's program needs to know of it. Its window is the whole process; both streams of its output are
/// kept, and searched for the metrics.
/// </summary>
public sealed record ExternalProgram
{
    /// <summary>The counter of a program's exit code, where that is not 0 and yet among <see cref="ExitCodes"/>.</summary>
    public const string ExitCodeCounter = "workload.exit_code";

    /// <summary>The program's absolute path on the target; null to look for its name on the target's search path.</summary>
    public string? Path { get; init; }

    /// <summary>How the program can be had, for the message when it is missing.</summary>
    public required string Install { get; init; }

    /// <summary>Whose output it prints; null when only <see cref="Patterns"/> find numbers in it.</summary>
    public OutputFormat? Output { get; init; }

    /// <summary>By metric name, the regular expression whose one group is the number; the last match counts.</summary>
    public IReadOnlyDictionary<string, string> Patterns { get; init => field = value ?? new Dictionary<string, string>(); }
        = new Dictionary<string, string>();

    /// <summary>The exit codes of a good run.</summary>
    public IReadOnlyList<int> ExitCodes { get; init => field = value ?? [0]; } = [0];

    /// <summary>A regular expression that the output of a good run matches; null for none.</summary>
    public string? Matches { get; init; }
}
