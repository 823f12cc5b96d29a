using Harness.Analysis;
using Harness.Records;
using Harness.Reports;
using Harness.Store;

namespace Harness.Cli;

/// <summary>The nights of a plan in the store.</summary>
internal static class HistoryNights
{
    // Assumed: more than a year; the judge starts over from what is older only when a box was quiet for as long.
    private const int Most = 400;

    /// <summary>The nights, the oldest first; empty when there are none.</summary>
    /// <param name="store">The store.</param>
    /// <param name="plan">The plan's name.</param>
    /// <param name="shape">The shape; null for the plan's own.</param>
    /// <param name="box">The box.</param>
    /// <param name="most">At most so many, the newest.</param>
    public static IReadOnlyList<Manifest> Of(ResultStore store, string plan, string? shape, string box, int most = Most) =>
    [
        .. store.Sessions(new SessionFilter
        {
            Plan = plan,
            Shape = shape ?? SessionFilter.Own,
            Box = box,
            NightlyOnly = true,
            Limit = most,
        }).Reverse(),
    ];

    /// <summary>What they say; null when there are none.</summary>
    public static PlanHistory? Judge(Folders folders, string plan, string? shape, string box)
    {
        using ResultStore store = StoredSession.OpenStore(folders);
        return Judge(store, plan, shape, box);
    }

    /// <summary>What the nights of every plan, shape and box say.</summary>
    /// <param name="folders">Where things live.</param>
    /// <param name="box">Only this box; null for all.</param>
    public static IReadOnlyList<PlanHistory> JudgeAll(Folders folders, string? box)
    {
        using ResultStore store = StoredSession.OpenStore(folders);
        LiveLine line = new();
        List<PlanHistory> histories = [];
        IReadOnlyList<(string Box, string Plan, string? Shape)> all = store.NightsOf(box);
        foreach ((string of, string plan, string? shape) in all)
        {
            // a year of nights takes seconds
            string name = Plain.Line($"{PlanSessions.Name(plan, shape)} on {of}");
            if (line.OnTerminal) line.Show($"judging {histories.Count + 1} of {all.Count}: {name}");
            if (Judge(store, plan, shape, of) is { } history) histories.Add(history);
        }
        line.End();
        return histories;
    }

    private static PlanHistory? Judge(ResultStore store, string plan, string? shape, string box)
    {
        IReadOnlyList<Manifest> nights = Of(store, plan, shape, box);
        return nights.Count == 0 ? null : HistoryJudge.Judge(nights, night => store.Records(night.Session));
    }
}
