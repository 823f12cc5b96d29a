using System.Text.Json;
using System.Text.Json.Nodes;

namespace Harness.EndToEnd;

/// <summary>
/// Does calibrate go from stored sessions to a file that validate and report use, without ever looking at what is held out, and refuse what it
/// cannot take? The sessions are the model's own, marked as an emulated guest's.
/// </summary>
public sealed class CalibrateTests : IDisposable
{
    private readonly CommandLine line = new();

    public CalibrateTests() => File.WriteAllText(Plan, """
        title: tiny
        workload: migrate-pingpong
        parameters: {pages: 64, rounds: 2, threads: 1}
        counters:
          - {name: interrupts.TLB, better: lower, perCpu: true}
          - {name: vmstat.pgmigrate_success, better: higher}
          - {name: workload.elapsed, better: lower}
        machine: &FOUR
        arms: {before: "vm:6.1", after: "vm:6.12"}
        pairs: 2
        shapes:
          more: {parameters: {pages: 128}}
          held: {parameters: {pages: 96}, heldOut: true}
        """.Replace("&FOUR", "{nodes: [{memoryMiB: 512, cpus: 4, latencyNs: 90, bandwidthMiBps: 40000}, "
            + "{memoryMiB: 512, cpus: 0, latencyNs: 250, bandwidthMiBps: 20000}]}", StringComparison.Ordinal));

    private string Plan => line.File("tiny.yaml");

    public void Dispose() => line.Dispose();

    [Fact]
    public void What_is_held_out_is_judged_and_never_fitted_to()
    {
        Measure("own", "more", "held");
        JsonElement first = Calibrate();
        Assert.Equal(
            [(null, false), ("more", false), ("held", true)],
            first.GetProperty("constants").GetProperty("sessions").EnumerateArray().Select(session =>
                (session.TryGetProperty("shape", out JsonElement shape) ? shape.GetString() : null, session.GetProperty("heldOut").GetBoolean())));

        Change(shape: "held", "interrupts.TLB", times: 3);
        JsonElement second = Calibrate();
        Assert.Equal(Values(first), Values(second));
        double heldOut = second.GetProperty("constants").GetProperty("wmape").GetProperty("heldOut").GetDouble();
        Assert.True(heldOut > first.GetProperty("constants").GetProperty("wmape").GetProperty("heldOut").GetDouble() + 0.3, $"{heldOut}");

        // the constants left behind are taken from there on, and say which rows they were fitted to
        JsonElement validation = Json(line.Run("validate", Plan, "--shape", "more", "--json"));
        foreach (JsonElement row in validation.GetProperty("rows").EnumerateArray())
        {
            bool count = row.GetProperty("counter").GetString() is "interrupts.TLB" or "vmstat.pgmigrate_success";
            Assert.Equal(!count, row.GetProperty("heldOut").GetBoolean());
        }
        // the fit is in the store (the one before went with the database that Change took away)
        JsonElement stored = Json(line.Run("history", "calibrations", "--json")).GetProperty("calibrations");
        Assert.Equal(1, stored.GetArrayLength());
        Assert.Equal(heldOut, stored[0].GetProperty("wmape").GetProperty("heldOut").GetDouble());
        string[] listed = line.Run("history", "calibrations").Output.TrimEnd().Split('\n');
        Assert.Equal(2, listed.Length);
        Assert.All(listed, text => Assert.InRange(text.Length, 0, 80));

        JsonElement held = Json(line.Run("validate", Plan, "--shape", "held", "--json"));
        Assert.All(held.GetProperty("rows").EnumerateArray(), row => Assert.True(row.GetProperty("heldOut").GetBoolean()));

        Ended report = line.Run("report", "validation", Plan, "--worst", "-o", line.File("matrix.md"));
        Assert.True(report.Code == 0, report.Errors);
        Assert.Contains("held out", report.Output, StringComparison.Ordinal);
        Assert.Contains("tiny more", report.Output, StringComparison.Ordinal);
        Assert.Contains("![modelled over measured counts](matrix.svg)", File.ReadAllText(line.File("matrix.md")), StringComparison.Ordinal);
        Assert.StartsWith("<svg", File.ReadAllText(line.File("matrix.svg")), StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_taken_is_refused_in_one_line()
    {
        Refused("no session of tiny is stored", "calibrate", Plan);
        Refused("has no shapes", "calibrate", "tiering-check");
        Refused("--hold-out sideways: no such shape", "calibrate", Plan, "--hold-out", "sideways");
        Refused("every shape is held out", "calibrate", Plan, "--hold-out", "own", "--hold-out", "tiny/more");
        Refused("no session of plan tiny in shape held is stored", "validate", Plan, "--shape", "held");
        Measure("own");
        Refused("no session of tiny more is stored", "calibrate", Plan);
        foreach ((string text, string why) in new[]
        {
            ("", "not a valid FittedConstants"), ("[1]", "not a valid"), ("{\"version\": 1}", "not a valid"),
            (Constants(version: 9, value: "1"), "is of format 9"), (Constants(version: 1, value: "-5"), "no positive number"),
            (Constants(version: 1, value: "5"), "another version of the model: no free constant 'x'"), (new string('[', 9_000), "not a valid"),
        })
        {
            File.WriteAllText(line.File("bad.json"), text);
            Refused(why, "validate", Plan, "--constants", line.File("bad.json"));
        }
        Refused("cannot be read", "validate", Plan, "--constants", line.File("none.json"));
    }

    private static string Constants(int version, string value) => $$"""
        {"version": {{version}}, "origin": "emulated", "fitted": "2026-01-01T00:00:00Z", "model": "m", "method": "m", "cpus": [], "hostCores": 2, "kernels": [],
        "sessions": [], "constants": [{"name": "x", "unit": "ns", "value": {{value}}, "assumed": 1}], "wmape": {} }
        """;

    private void Refused(string why, params string[] arguments)
    {
        Ended ended = line.Run(arguments);
        Assert.True(ended.Code == 2, $"{string.Join(' ', arguments)}: {ended.Code} {ended.Output} {ended.Errors}");
        Assert.Contains(why, ended.LastError, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Errors, StringComparison.Ordinal);
    }

    private JsonElement Calibrate() => Json(line.Run("calibrate", Plan, "--json"));

    private static JsonElement Json(Ended ended)
    {
        Assert.True(ended.Code == 0, ended.Errors);
        return JsonDocument.Parse(ended.Output).RootElement;
    }

    private static (string?, double)[] Values(JsonElement calibration) =>
    [
        .. calibration.GetProperty("constants").GetProperty("constants").EnumerateArray()
            .Select(constant => (constant.GetProperty("name").GetString(), constant.GetProperty("value").GetDouble())),
    ];

    /// <summary>Runs shapes on the model and makes their sessions those of guests.</summary>
    private void Measure(params string[] shapes)
    {
        foreach (string shape in shapes)
        {
            Ended ended = line.Run("run", Plan, "--shape", shape, "--arm", "before=model:6.1", "--arm", "after=model:6.12");
            Assert.True(ended.Code == 0, ended.Errors);
        }
        Rewrite("manifest.json", manifest =>
        {
            foreach (JsonNode? arm in manifest["arms"]!.AsArray()) arm!["target"] = Guest(arm["target"]!);
        });
        Rewrite("0*.json", record =>
        {
            record["origin"] = "emulated";
            string target = Guest(record["target"]!);
            record["target"] = target;
            record["host"] = JsonNode.Parse($$"""
                {"kernelRelease": "{{target["vm:".Length..]}}.0", "commandLine": "", "cpuModel": "QEMU", "cpus": [0, 1, 2, 3], "nodes": []}
                """);
        });
    }

    private static string Guest(JsonNode target) => target.GetValue<string>().Replace("model:", "vm:", StringComparison.Ordinal);

    private void Change(string shape, string counter, double times)
    {
        string session = Directory.GetFiles(line.Home, "manifest.json", SearchOption.AllDirectories)
            .Single(file => JsonNode.Parse(File.ReadAllText(file))!["shape"]?.GetValue<string>() == shape);
        Rewrite("0*.json", record =>
        {
            JsonNode changed = record["counters"]!.AsArray().Single(one => one!["name"]!.GetValue<string>() == counter)!;
            changed["value"] = changed["value"]!.GetValue<double>() * times;
        }, Path.GetDirectoryName(session)!);
    }

    /// <summary>Changes session files; the database is built from them again.</summary>
    private void Rewrite(string pattern, Action<JsonNode> change, string? folder = null)
    {
        foreach (string file in Directory.GetFiles(folder ?? Path.Combine(line.Home, "sessions"), pattern, SearchOption.AllDirectories))
        {
            JsonNode node = JsonNode.Parse(File.ReadAllText(file))!;
            change(node);
            File.WriteAllText(file, node.ToJsonString());
        }
        foreach (string database in Directory.GetFiles(line.Home, "results.db*")) File.Delete(database);
    }
}
