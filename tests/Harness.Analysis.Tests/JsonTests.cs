using System.Text.Json;
using Harness.Records;

namespace Harness.Analysis.Tests;

/// <summary>Do the printed objects have the documented names, in the documented order, with anything further only at the end?</summary>
public sealed class JsonTests
{
    [Fact]
    public void Compare_prints_the_documented_object()
    {
        List<RunRecord> runs = Runs.Pairs("interrupts.TLB", [8000, 8010], [16, 17]);
        JsonElement root = Parse(AnalysisJson.Write(Comparison.Of(runs, "before", "after", [Runs.Tlb])));
        StartsWith(root, "plan", "rows");
        JsonElement row = root.GetProperty("rows")[0];
        StartsWith(row, "counter", "unit", "before", "after", "change", "low", "high", "verdict");
        StartsWith(row.GetProperty("before"), "median", "low", "high", "n");
        StartsWith(row.GetProperty("after"), "median", "low", "high", "n");
        Assert.Equal("migrate-batching", root.GetProperty("plan").GetString());
        Assert.Equal(("interrupts.TLB", "improved"), (row.GetProperty("counter").GetString(), row.GetProperty("verdict").GetString()));
        Assert.Equal((8005, 2), (row.GetProperty("before").GetProperty("median").GetDouble(), row.GetProperty("before").GetProperty("n").GetInt32()));
    }

    [Fact]
    public void Numbers_that_do_not_exist_are_null_and_verdicts_are_the_printed_words()
    {
        JsonElement row = Parse(AnalysisJson.Write(Comparison.Of(Runs.Pairs("other", [1], [1]), "before", "after", [Runs.Tlb]))).GetProperty("rows")[0];
        StartsWith(row, "counter", "unit", "before", "after", "change", "low", "high", "verdict");
        StartsWith(row.GetProperty("before"), "median", "low", "high", "n");
        foreach (string name in (string[])["change", "low", "high"]) Assert.Equal(JsonValueKind.Null, row.GetProperty(name).ValueKind);
        Assert.Equal("no run has this counter", row.GetProperty("why").GetString());
        foreach (Verdict verdict in Enum.GetValues<Verdict>()) Assert.Equal($"\"{Words.Of(verdict)}\"", JsonSerializer.Serialize(verdict));
    }

    [Fact]
    public void Validate_prints_the_documented_object()
    {
        List<RunRecord> runs = Runs.Pairs("interrupts.TLB", [0, 0], [16, 17]);
        JsonElement root = Parse(AnalysisJson.Write(Validation.Of(runs, [.. runs.Select(run => run with { Origin = Origin.Modelled })], [Runs.Tlb])));
        StartsWith(root, "plan", "rows", "wmape");
        StartsWith(root.GetProperty("wmape"), "all", "heldOut");
        JsonElement row = root.GetProperty("rows")[0];
        StartsWith(row, "arm", "counter", "unit", "measured", "modelled", "error", "heldOut");
        StartsWith(row.GetProperty("modelled"), "median", "low", "high", "n");
        Assert.Equal(JsonValueKind.Null, row.GetProperty("error").ValueKind);
        Assert.Equal(0, root.GetProperty("rows")[1].GetProperty("error").GetDouble());
    }

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;

    private static void StartsWith(JsonElement element, params string[] names) =>
        Assert.Equal(names, element.EnumerateObject().Select(property => property.Name).Take(names.Length));
}
