using System.Text.Json.Nodes;
using Harness.Records;

namespace Harness.Reports;

/// <summary>What flush policies would have made of a recorded run, as a page.</summary>
public static class ReplayPage
{
    // Published: M. Okabe and K. Ito, Color Universal Design, 2008: told apart by all kinds of eyes, on light and on dark.
    private static readonly string[] Colours = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00"];

    /// <summary>Writes the page.</summary>
    /// <param name="writer">Takes it.</param>
    /// <param name="result">The replay.</param>
    /// <param name="library">The chart library's text.</param>
    /// <param name="command">The command that repeats the replay.</param>
    public static void Write(TextWriter writer, ReplayResult result, string library, string command)
    {
        Page page = new(writer);
        page.Begin($"What would LUF save? {result.Recording.Subject}", library);
        if (ReplayText.Answer(result) is { } answer) page.Paragraph(answer, "lead");
        foreach (string line in ReplayText.Recording(result)) page.Paragraph(line);
        foreach (string line in ReplayText.Check(result.Check)) page.Paragraph($"Check: {line}.");
        page.Paragraph($"Unmapped: {ReplayText.Unmaps(result.Unmaps)}.");
        page.Table("Policies on the same recorded events", "lr", ReplayText.Columns, result.Policies.Select(ReplayText.Cells));
        page.Paragraph(ReplayText.Legend, "soft");
        page.Chart(Flushes(result));
        ReplayedPolicy[] waiting = [.. result.Policies.Where(policy => policy.WaitMicroseconds.Any(count => count > 0))];
        if (waiting.Length > 0)
        {
            page.Chart(Waiting(result, waiting));
            page.Details("The counts behind the chart", () => page.Table(
                "Frames by the time until they were in use again", "lr", ["up to", .. waiting.Select(policy => policy.Name)],
                Buckets(waiting).Select(bucket => (string[])
                [
                    ReplayText.UpTo(bucket), .. waiting.Select(policy => Plain.Whole(Count(policy, bucket))),
                ])));
        }
        page.Chart(OverTime(result));
        string[] later = [.. ReplayText.Later(result)];
        if (later.Length > 0)
        {
            page.Heading("Flushes made later, and batches given up");
            page.List(later);
        }
        if (result.Notes.Count > 0)
        {
            page.Heading("What the recording cannot tell");
            page.List(result.Notes);
        }
        page.Heading("To repeat it");
        page.Paragraph(command);
        page.End();
    }

    private static PageChart Flushes(ReplayResult result)
    {
        (string Name, Func<ReplayedPolicy, long> Of)[] parts =
        [
            ("of batches", policy => policy.BatchFlushes), ("of single PTEs", policy => policy.SingleFlushes),
            ("made later", policy => policy.LazyFlushes.Values.Sum()),
        ];
        // the first policy on top
        ReplayedPolicy[] policies = [.. result.Policies.Reverse()];
        return new PageChart(
            "flushes", "Flushes by policy", "Flushes that each policy makes on the recorded events, by kind.", new JsonObject
            {
                ["tooltip"] = new JsonObject { ["trigger"] = "axis", ["axisPointer"] = new JsonObject { ["type"] = "shadow" } },
                ["legend"] = new JsonObject { ["top"] = 0 },
                ["grid"] = ChartParts.Grid(),
                ["xAxis"] = new JsonObject { ["type"] = "value", ["name"] = "flushes", ["nameLocation"] = "middle", ["nameGap"] = 30 },
                ["yAxis"] = new JsonObject { ["type"] = "category", ["data"] = ChartParts.Strings(policies.Select(policy => policy.Name)) },
                // kinds of flush, which are in no policy's colour
                ["color"] = new JsonArray("#5b6770", "#a3adb5", "#56b4e9"),
                ["series"] = ChartParts.Array(parts.Select(part => new JsonObject
                {
                    ["name"] = part.Name, ["type"] = "bar", ["stack"] = "flushes", ["data"] = ChartParts.Numbers(policies.Select(part.Of)),
                })),
            })
        { Height = 240 };
    }

    private static PageChart Waiting(ReplayResult result, ReplayedPolicy[] policies) => new(
        "waiting", "How long a freed frame waited for its flush",
        "Frames freed with their flush to come, by the time until they were in use again; each step doubles the time.", new JsonObject
        {
            ["tooltip"] = new JsonObject { ["trigger"] = "axis" },
            ["legend"] = new JsonObject { ["top"] = 0 },
            ["grid"] = ChartParts.Grid(),
            ["xAxis"] = new JsonObject
            {
                ["type"] = "category", ["name"] = "up to", ["nameLocation"] = "middle", ["nameGap"] = 30,
                ["data"] = ChartParts.Strings(Buckets(policies).Select(ReplayText.UpTo)),
            },
            ["yAxis"] = new JsonObject { ["type"] = "value", ["name"] = "frames" },
            ["series"] = ChartParts.Array(policies.Select(policy => new JsonObject
            {
                ["name"] = policy.Name, ["type"] = "bar", ["barGap"] = "0%", ["itemStyle"] = Colour(result, policy),
                ["data"] = ChartParts.Numbers(Buckets(policies).Select(bucket => Count(policy, bucket))),
            })),
        });

    private static PageChart OverTime(ReplayResult result)
    {
        int parts = result.Policies.Max(policy => policy.OverTime.Count);
        double step = result.Recording.Seconds / Math.Max(parts, 1);
        return new PageChart(
            "over-time", "Flushes over the recording",
            "Flushes in each hundredth of the recording; the scale is logarithmic.", new JsonObject
            {
                ["tooltip"] = new JsonObject { ["trigger"] = "axis" },
                ["legend"] = new JsonObject { ["top"] = 0 },
                ["grid"] = ChartParts.Grid(),
                ["xAxis"] = new JsonObject
                {
                    ["type"] = "value", ["name"] = "seconds", ["nameLocation"] = "middle", ["nameGap"] = 30,
                    ["max"] = Math.Ceiling(result.Recording.Seconds),
                },
                ["yAxis"] = new JsonObject { ["type"] = "log", ["name"] = "flushes", ["min"] = 1 },
                ["series"] = ChartParts.Array(result.Policies.Select(policy => new JsonObject
                {
                    ["name"] = policy.Name, ["type"] = "line", ["showSymbol"] = false, ["step"] = "end",
                    ["itemStyle"] = Colour(result, policy),
                    // a logarithm has no place for none
                    ["data"] = ChartParts.Array(policy.OverTime.Select((count, i) =>
                        new JsonArray(Math.Round((i + 0.5) * step, 3), count == 0 ? null : count))),
                })),
            });
    }

    // From the first bucket that anybody has to the last.
    private static IEnumerable<int> Buckets(ReplayedPolicy[] policies)
    {
        int most = policies.Max(policy => policy.WaitMicroseconds.Count);
        int[] used = [.. Enumerable.Range(0, most).Where(bucket => policies.Any(policy => Count(policy, bucket) > 0))];
        return Enumerable.Range(used[0], used[^1] - used[0] + 1);
    }

    private static long Count(ReplayedPolicy policy, int bucket) =>
        bucket < policy.WaitMicroseconds.Count ? policy.WaitMicroseconds[bucket] : 0;

    // One for each policy in all charts.
    private static JsonObject Colour(ReplayResult result, ReplayedPolicy policy)
    {
        int place = 0;
        while (result.Policies[place] != policy) place++;
        return new JsonObject { ["color"] = Colours[place % Colours.Length] };
    }
}
