using Harness.Experiments.Yaml;
using Harness.Records;

namespace Harness.Experiments;

/// <summary>Reads a <c>workload.yaml</c>; the format is described in <c>workloads/README.md</c>.</summary>
public static class WorkloadFile
{
    private static readonly string[] Types = ["integer", "size", "choice", "folder"];

    /// <summary>The workload that the text describes.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="fileName">Its name, for messages.</param>
    /// <exception cref="UsageException">The text is not such a file; the message names file, line, column and what to do.</exception>
    public static Workload Parse(string text, string fileName)
    {
        YamlMap root = YamlText.Parse(text, fileName).Map("the workload")
            .Only("a workload", "name", "what", "program", "handshake", "libraries", "standIn", "nodes", "parameters", "metrics");
        return new Workload
        {
            Name = Name(root.Need("name", "the workload"), "name"),
            What = root.Need("what", "the workload").Text("what"),
            Program = Name(root.Need("program", "the workload"), "program"),
            Handshake = root.Find("handshake")?.Flag("handshake") ?? false,
            Libraries = root.Find("libraries") is { } libraries ? Name(libraries, "libraries") : null,
            StandIn = root.Find("standIn") is { } standIn ? Name(standIn, "standIn") : null,
            Nodes = (int)(root.Find("nodes")?.Whole("nodes", 1, 64) ?? 1),
            Parameters = [.. root.Need("parameters", "the workload").Map("parameters").Entries.Select(e => Parameter(e.Key, e.Value))],
            Metrics = [.. root.Need("metrics", "the workload").Map("metrics").Entries.Select(e => Metric(e.Key, e.Value))],
        };
    }

    /// <summary>A name that is safe as a file name, an option's name and a part of a counter's name.</summary>
    private static string Name(YamlNode node, string what)
    {
        string name = node.Text(what, 64);
        return char.IsAsciiLetter(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? name
            : throw node.Error($"{what} is {Words.Quote(name)}; begin with a letter and use letters, digits, '-' and '_'");
    }

    private static WorkloadMetric Metric(YamlScalar key, YamlNode value)
    {
        YamlMap map = value.Map("a metric").Only("a metric", "unit", "what");
        return new WorkloadMetric(
            Name(key, "a metric's name"), map.Need("unit", "the metric").Text("unit"), map.Need("what", "the metric").Text("what"));
    }

    private static WorkloadParameter Parameter(YamlScalar key, YamlNode value)
    {
        YamlMap map = value.Map("a parameter").Only("a parameter", "type", "default", "what", "min", "max", "choices", "unit", "scales");
        string word = map.Need("type", "the parameter").Choice("type", Types);
        ParameterType type = word switch
        {
            "choice" => ParameterType.Choice,
            "folder" => ParameterType.Folder,
            "size" => ParameterType.Size,
            _ => ParameterType.Whole,
        };
        bool choice = type == ParameterType.Choice;
        bool number = type is ParameterType.Whole or ParameterType.Size;
        if (choice) map.Only("a parameter of type choice", "type", "default", "what", "choices");
        if (type == ParameterType.Folder) map.Only("a parameter of type folder", "type", "default", "what");
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
