using Harness.Experiments.Yaml;
using Harness.Records;

namespace Harness.Experiments;

/// <summary>Reads what a descriptor says of somebody else's program: the keys below <c>external</c>.</summary>
internal static class ExternalFile
{
    /// <summary>A metric that every external program has: how long it took from its start to its end.</summary>
    private const string Elapsed = "elapsed";

    private static readonly Dictionary<string, OutputFormat> Formats = new(StringComparer.Ordinal)
    {
        ["llama-cpp"] = OutputFormat.LlamaCpp,
        ["llama-bench"] = OutputFormat.LlamaBench,
        ["perf-stat"] = OutputFormat.PerfStat,
        ["pmbench"] = OutputFormat.Pmbench,
        ["stress-ng"] = OutputFormat.StressNg,
        ["xsbench"] = OutputFormat.Xsbench,
    };

    /// <summary>The workload with its external program.</summary>
    /// <param name="workload">What the descriptor says besides.</param>
    /// <param name="program">The program's name, or its absolute path on the target.</param>
    /// <param name="map">The keys.</param>
    /// <exception cref="UsageException">A value cannot be taken.</exception>
    public static Workload Read(Workload workload, YamlNode program, YamlMap map)
    {
        map.Only("external", "install", "arguments", "output", "exit", "matches");
        string text = program.Text("program", 1024);
        string name = Path.GetFileName(text);
        if (name.Length == 0 || name[0] is '.' or '-' || (text != name && !text.StartsWith('/')))
            throw program.Error($"program is {Words.Quote(text)}; give a program's name, or its absolute path");
        OutputFormat? output = map.Find("output") is { } format ? Formats[format.Choice("output", [.. Formats.Keys])] : null;
        foreach (WorkloadMetric metric in workload.Metrics)
        {
            if (output is null && metric.Pattern is null && metric.Name != Elapsed)
                throw map.Error($"metric '{metric.Name}' cannot be found: give it a 'pattern', or the program an 'output'");
            if (metric.Pattern is not null && metric.Name == Elapsed)
                throw map.Error("metric 'elapsed' is the time of the whole process; give what the pattern finds another name");
        }
        return workload with
        {
            Program = name,
            Arguments = [.. (map.Find("arguments")?.List("arguments").Items ?? []).Select(item => Argument(item, workload.Parameters))],
            External = new ExternalProgram
            {
                Path = text == name ? null : text,
                Install = map.Find("install")?.Text("install") ?? "install it",
                Output = output,
                Patterns = workload.Metrics.Where(m => m.Pattern is not null).ToDictionary(m => m.Name, m => m.Pattern!),
                ExitCodes = map.Find("exit") is { } exit ? ExitCodes(exit.List("exit")) : [0],
                Matches = map.Find("matches") is { } matches ? Pattern(matches, "matches", groups: 0) : null,
            },
        };
    }

    /// <summary>A regular expression that can be taken; with <paramref name="groups"/> 0 it may have any number of groups.</summary>
    /// <exception cref="UsageException">It cannot be taken.</exception>
    public static string Pattern(YamlNode node, string what, int groups)
    {
        string pattern = node.Text(what, 1000);
        try
        {
            OutputPattern.Compile(pattern, groups);
            return pattern;
        }
        catch (FormatException e)
        {
            throw node.Error($"{what} {Words.Quote(pattern)} {e.Message}");
        }
    }

    private static int[] ExitCodes(YamlList list) => list.Items.Count > 0
        ? [.. list.Items.Select(code => (int)code.Whole("an exit code", 0, 255))]
        : throw list.Error("exit is empty; name the exit codes of a good run");

    private static string Argument(YamlNode item, IReadOnlyList<WorkloadParameter> parameters)
    {
        string text = item.Scalar("an argument").Value;
        if (text.Length > 1024 || text.Contains('\0', StringComparison.Ordinal))
            throw item.Error("an argument is longer than 1024 characters or holds a NUL; give plain text");
        foreach (string name in Template.Names(text))
        {
            if (parameters.All(parameter => parameter.Name != name))
            {
                string[] names = [.. parameters.Select(parameter => parameter.Name)];
                throw item.Error($"the argument names a parameter {Words.Quote(name)}; {Words.Instead(name, names)}");
            }
        }
        return text;
    }
}
