using System.Text.Json;
using Harness.Host.Knobs;
using Harness.Records;

namespace Harness.Host.Runs;

/// <summary>What a workload printed: <c>{"checksum":"…","metrics":{"elapsed":1.23}}</c>.</summary>
/// <param name="Checksum">The checksum, or null when it prints none.</param>
/// <param name="Counters">The metrics asked for, as <c>workload.NAME</c>.</param>
internal sealed record WorkloadResult(string? Checksum, IReadOnlyList<Counter> Counters)
{
    /// <summary>Reads the result line.</summary>
    /// <param name="workload">The workload's name, for the message.</param>
    /// <param name="line">The line.</param>
    /// <param name="units">The metrics that must be there, with their units.</param>
    /// <exception cref="RunFailedException">It is not such an object, or a metric is missing or not a finite number.</exception>
    internal static WorkloadResult Parse(string workload, string line, IReadOnlyDictionary<string, string> units)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement result = document.RootElement;
            if (result.ValueKind != JsonValueKind.Object) throw Bad(workload, "it is not a JSON object", line);
            List<Counter> counters = [];
            foreach ((string name, string unit) in units)
            {
                if (!result.TryGetProperty("metrics", out JsonElement metrics) || metrics.ValueKind != JsonValueKind.Object
                    || !metrics.TryGetProperty(name, out JsonElement metric))
                    throw Bad(workload, $"metric '{name}' is missing", line);
                if (metric.ValueKind != JsonValueKind.Number || !metric.TryGetDouble(out double value) || !double.IsFinite(value))
                    throw Bad(workload, $"metric '{name}' is not a finite number", line);
                counters.Add(new Counter { Name = "workload." + name, Unit = unit, Value = value });
            }
            return new WorkloadResult(ChecksumIn(workload, result, line), counters);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a name or string with half a surrogate pair, which JSON allows and text does not.
            throw Bad(workload, "it is not valid JSON", line, e);
        }
    }

    private static string? ChecksumIn(string workload, JsonElement result, string line)
    {
        if (!result.TryGetProperty("checksum", out JsonElement checksum)) return null;
        return checksum.ValueKind == JsonValueKind.String
            ? checksum.GetString()
            : throw Bad(workload, "its checksum is not a string", line);
    }

    private static RunFailedException Bad(string workload, string what, string line, Exception? inner = null) => new(
        FailureKind.WorkloadExit,
        $"workload {workload}: its result cannot be used: {what}: {PlainText.OneLine(line, 120)}",
        inner: inner);
}
