using Harness.Experiments.Yaml;
using Harness.Records;

namespace Harness.Experiments;

/// <summary>Reads a file of published figures; the format is described in <c>workloads/published/README.md</c>.</summary>
internal static class PublishedFile
{
    // assumed: beyond any count of any experiment, and finite in every product
    private const double Largest = 1e18;

    /// <summary>The figures of a file.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="fileName">Its name, for messages.</param>
    /// <exception cref="UsageException">It is no such file; the message names file, line, column and what to do.</exception>
    public static IReadOnlyList<PublishedFigure> Parse(string text, string fileName)
    {
        YamlMap root = YamlText.Parse(text, fileName).Map("the file").Only("the file", "title", "source", "runs", "figures");
        string group = root.Need("title", "the file").Text("title");
        string? source = root.Find("source")?.Text("source");
        var runs = new Dictionary<string, PublishedRun>(StringComparer.Ordinal);
        foreach ((YamlScalar key, YamlNode value) in root.Find("runs")?.Map("runs").Entries ?? [])
            runs.Add(key.Text("a run's name", 32), Run(value));
        var figures = new List<PublishedFigure>();
        foreach (YamlNode item in root.Need("figures", "the file").List("figures").Items)
        {
            PublishedFigure figure = Figure(item, group, source, runs);
            if (figures.Any(other => other.Id == figure.Id))
                throw item.Error($"{Words.Quote(figure.Id)} is the id of two figures; keep one");
            figures.Add(figure);
        }
        return figures;
    }

    private static PublishedRun Run(YamlNode node)
    {
        YamlMap map = node.Map("a run").Only("a run", "plan", "parameters", "scale", "before", "after");
        return new PublishedRun
        {
            Plan = map.Need("plan", "the run").Text("plan", 64),
            Parameters = (map.Find("parameters")?.Map("parameters").Entries ?? [])
                .ToDictionary(e => e.Key.Value, e => e.Value.Text(e.Key.Value), StringComparer.Ordinal),
            Scale = map.Need("scale", "the run").Text("scale", 32),
            Before = map.Need("before", "the run").Text("before", 32),
            After = [.. map.Need("after", "the run").List("after").Items.Select(arm => arm.Text("an arm", 32))],
        };
    }

    private static PublishedFigure Figure(YamlNode node, string group, string? source, IReadOnlyDictionary<string, PublishedRun> runs)
    {
        YamlMap map = node.Map("a figure").Only("a figure", "id", "what", "unit", "before", "after", "change", "value", "low", "high",
            "spread", "source", "fit", "model");
        double? Number(string key) => map.Find(key)?.Real(key, -Largest, Largest);
        var figure = new PublishedFigure
        {
            Group = group,
            Id = map.Need("id", "the figure").Text("id", 64),
            What = map.Need("what", "the figure").Text("what"),
            Unit = map.Need("unit", "the figure").Text("unit", 32),
            Before = Number("before"),
            After = Number("after"),
            Change = Number("change"),
            Value = Number("value"),
            Low = Number("low"),
            High = Number("high"),
            Spread = map.Find("spread")?.Text("spread"),
            Source = map.Find("source")?.Text("source") ?? source
                ?? throw map.Error("the figure has no 'source', and the file states none for all"),
            Fit = map.Find("fit")?.Flag("fit") ?? false,
            Model = Model(map.Need("model", "the figure"), runs),
        };
        if (figure is { Before: null, After: null, Change: null, Value: null, Low: null })
            throw map.Error("the figure has no value; give before, after, change, value, or low and high");
        return figure.Low is null == figure.High is null && !(figure.Low > figure.High)
            ? figure
            : throw map.Error("a range needs low and high, low first");
    }

    private static PublishedModel Model(YamlNode node, IReadOnlyDictionary<string, PublishedRun> runs)
    {
        YamlMap map = node.Map("model").Only("model", "run", "counter", "per", "times", "constant", "reason");
        string? run = map.Find("run")?.Choice("run", [.. runs.Keys]);
        var model = new PublishedModel
        {
            Run = run is null ? null : runs[run],
            Counter = map.Find("counter")?.Text("counter"),
            Per = map.Find("per")?.Text("per"),
            Times = map.Find("times")?.Real("times", -Largest, Largest) ?? 1,
            Constant = map.Find("constant")?.Text("constant", 64),
            Reason = map.Find("reason")?.Text("reason"),
        };
        int ways = (model.Run is null ? 0 : 1) + (model.Constant is null ? 0 : 1) + (model.Reason is null ? 0 : 1);
        if (ways != 1) throw map.Error("give one of run, constant and reason");
        return model.Run is null == model.Counter is null ? model : throw map.Error("run and counter go together");
    }
}
