using System.Globalization;

namespace Harness.Records;

/// <summary>What a reader of a run must know of the harness's own cost.</summary>
public static class OwnCostNotes
{
    /// <summary>One line each; none when nothing speaks against the run.</summary>
    public static IReadOnlyList<string> Of(OwnCost cost)
    {
        if (cost.GcPauseSeconds <= 0) return [];
        string longest = cost.LongestGcPauseSeconds is { } seconds ? $", the longest for {Milliseconds(seconds)}" : "";
        return [$"garbage collection paused the harness in the window: {Milliseconds(cost.GcPauseSeconds)} in all{longest}"];
    }

    private static string Milliseconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1000:0.###} ms");
}
