using Harness.Experiments.Yaml;
using Harness.Records;

namespace Harness.Experiments;

/// <summary>Reads a <c>workload.yaml</c>; the format is described in <c>workloads/README.md</c>.</summary>
public static class WorkloadFile
{
    /// <summary>The name of a workload that a plan describes itself.</summary>
    internal const string InPlace = "command";

    private static readonly string[] Types = ["integer", "size", "choice", "folder", "file", "node", "cpus"];

    /// <summary>The workload that the text describes.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="fileName">Its name, for messages.</param>
    /// <exception cref="UsageException">The text is not such a file; the message names file, line, column and what to do.</exception>
    public static Workload Parse(string text, string fileName)
    {
        YamlMap root = YamlText.Parse(text, fileName).Map("the workload")
            .Only(
                "a workload", "name", "what", "program", "external", "handshake", "libraries", "standIn", "nodes", "parameters", "metrics");
        root.Need("parameters", "the workload");
        bool external = root.Find("external") is not null;
        if (external && root.Find("handshake") is { } handshake)
            throw handshake.Error("an external program has no handshake; leave it out");
        return Workload(root) with
        {
            Name = Name(root.Need("name", "the workload"), "name"),
            What = root.Need("what", "the workload").Text("what"),
            Handshake = root.Find("handshake")?.Flag("handshake") ?? false,
            Libraries = root.Find("libraries") is { } libraries ? Name(libraries, "libraries") : null,
            StandIn = root.Find("standIn") is { } standIn ? Name(standIn, "standIn") : null,
        };
    }

    /// <summary>The workload that a plan describes in the place of a workload's name: always an external program.</summary>
    /// <exception cref="UsageException">It is not described so.</exception>
    internal static Workload ParseInPlace(YamlMap map)
    {
        map.Only("a workload described in a plan", "program", "external", "nodes", "parameters", "metrics")
            .Need("external", "the workload");
        return Workload(map);
    }

    private static Workload Workload(YamlMap map)
    {
        YamlNode program = map.Need("program", "the workload");
        List<WorkloadParameter> parameters =
            [.. map.Find("parameters")?.Map("parameters").Entries.Select(e => Parameter(e.Key, e.Value)) ?? []];
        bool external = map.Find("external") is not null;
        YamlMap metrics = map.Need("metrics", "the workload").Map("metrics");
        Workload workload = new()
        {
            Name = InPlace,
            What = "A command that the plan describes.",
            Program = external ? "" : Name(program, "program"),
            Nodes = (int)(map.Find("nodes")?.Whole("nodes", 1, 64) ?? 1),
            Parameters = parameters,
            Metrics = [.. metrics.Entries.Select(e => Metric(e.Key, e.Value, external))],
        };
        return map.Find("external") is { } described ? ExternalFile.Read(workload, program, described.Map("external")) : workload;
    }

    /// <summary>A name that is safe as a file name, an option's name and a part of a counter's name.</summary>
    private static string Name(YamlNode node, string what)
    {
        string name = node.Text(what, 64);
        return char.IsAsciiLetter(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? name
            : throw node.Error($"{what} is {Words.Quote(name)}; begin with a letter and use letters, digits, '-' and '_'");
    }

    private static WorkloadMetric Metric(YamlScalar key, YamlNode value, bool external)
    {
        YamlMap map = value.Map("a metric").Only("a metric", external ? ["unit", "what", "pattern"] : ["unit", "what"]);
        return new WorkloadMetric(
            Name(key, "a metric's name"), map.Need("unit", "the metric").Text("unit"), map.Need("what", "the metric").Text("what"),
            map.Find("pattern") is { } pattern ? ExternalFile.Pattern(pattern, "pattern", groups: 1) : null);
    }

    private static WorkloadParameter Parameter(YamlScalar key, YamlNode value)
    {
        YamlMap map = value.Map("a parameter").Only("a parameter", "type", "default", "what", "min", "max", "choices", "unit", "scales");
        string word = map.Need("type", "the parameter").Choice("type", Types);
        ParameterType type = word switch
        {
            "choice" => ParameterType.Choice,
            "folder" or "file" => ParameterType.Folder,
            "node" => ParameterType.Node,
            "cpus" => ParameterType.Cpus,
            "size" => ParameterType.Size,
            _ => ParameterType.Whole,
        };
        bool choice = type == ParameterType.Choice;
        bool number = type is ParameterType.Whole or ParameterType.Size;
        if (choice) map.Only("a parameter of type choice", "type", "default", "what", "choices");
        if (!choice && !number) map.Only($"a parameter of type {word}", "type", "default", "what");
        YamlNode start = map.Need("default", "the parameter");
        var parameter = new WorkloadParameter
        {
            Name = Name(key, "a parameter's name"),
            Type = type,
            Default = start.Text("default"),
            What = map.Need("what", "the parameter").Text("what"),
            Min = number ? map.Need("min", "the parameter").Whole("min", 0, ulong.MaxValue) : 0,
            Max = number ? map.Need("max", "the parameter").Whole("max", 0, ulong.MaxValue) : 0,
            Choices = choice ? [.. map.Need("choices", "the parameter").List("choices").Items.Select(i => i.Text("a choice"))] : [],
            Unit = map.Find("unit")?.Text("unit"),
            Scales = map.Find("scales")?.Flag("scales") ?? false,
        };
        return parameter with
        {
            Default = parameter.Accept(parameter.Default, out string problem) ?? throw start.Error($"default {problem}"),
        };
    }
}
