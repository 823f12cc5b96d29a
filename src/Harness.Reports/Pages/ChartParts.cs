using System.Text.Json.Nodes;

namespace Harness.Reports;

/// <summary>Parts of chart options that several charts have.</summary>
internal static class ChartParts
{
    /// <summary>A name longer than this is cut in a chart; tables have it whole. Assumed.</summary>
    private const int LongestName = 100;

    /// <summary>Texts, made safe for one line.</summary>
    public static JsonArray Strings(IEnumerable<string> values) => [.. values.Select(value => (JsonNode)Plain.Line(value))];

    /// <summary>Numbers.</summary>
    public static JsonArray Numbers(IEnumerable<long> values) => [.. values.Select(value => (JsonNode)value)];

    /// <summary>Objects, or anything else.</summary>
    public static JsonArray Array(IEnumerable<JsonNode?> nodes) => [.. nodes];

    /// <summary>Where the axes stand, in CSS pixels from the chart's edges.</summary>
    public static JsonObject Grid(int left = 90, int right = 20, int top = 60, int bottom = 50) =>
        new() { ["left"] = left, ["right"] = right, ["top"] = top, ["bottom"] = bottom };

    /// <summary>A text for a place in a chart, where a very long one is of no use.</summary>
    public static string Name(string text)
    {
        string line = Plain.Line(text);
        return line.Length <= LongestName ? line : line[..LongestName] + "...";
    }

    /// <summary>A mark with its place and what it says under the pointer.</summary>
    public static JsonObject Mark(string tip, params IEnumerable<double?> place) =>
        new() { ["value"] = Array(place.Select(value => value is double v ? (JsonNode)v : null)), ["tip"] = Name(tip) };

    /// <summary>Says under the pointer what the mark itself carries.</summary>
    public static JsonObject Tip() => new() { ["trigger"] = "item", ["formatter"] = "tip" };

    /// <summary>Which numbers of an interval lie on which axis, so that the axis is long enough for both ends.</summary>
    public static JsonObject Ends() => new() { ["x"] = new JsonArray(0, 1), ["y"] = 2 };

    /// <summary>An axis' name below its middle.</summary>
    public static JsonObject ValueAxis(string name, string type = "value") =>
        new() { ["type"] = type, ["name"] = Name(name), ["nameLocation"] = "middle", ["nameGap"] = 28 };
}
