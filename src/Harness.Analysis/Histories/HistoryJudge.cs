using Harness.Records;

namespace Harness.Analysis;

/// <summary>
/// Judges the nights of a plan. It keeps nothing from one night to the next: each time the whole history is gone through, night by night,
/// so that what was found when can always be shown again.
/// </summary>
public static class HistoryJudge
{
    /// <summary>What the nights say of each arm and counter that the newest night has.</summary>
    /// <param name="nights">The sessions, the oldest first, at least one; of one plan, shape and box.</param>
    /// <param name="recordsOf">Reads a session's records; asked once for each, and what it gives is not kept.</param>
    /// <param name="rules">The numbers the verdicts hang on; the defaults when null.</param>
    /// <exception cref="UsageException">There is no night.</exception>
    public static PlanHistory Judge(
        IReadOnlyList<Manifest> nights, Func<Manifest, IReadOnlyList<RunRecord>> recordsOf, HistoryRules? rules = null)
    {
        if (nights.Count == 0) throw new UsageException("no night is stored; run one first: ./run.sh nightly PLAN");
        Manifest newest = nights[^1];
        string[] names = [.. newest.Arms.Select(arm => arm.Name)];
        Dictionary<string, NightArm?[]> arms = names.ToDictionary(name => name, _ => new NightArm?[nights.Count]);
        for (int night = 0; night < nights.Count; night++)
        {
            RunRecord[] records = [.. recordsOf(nights[night]).Where(record => record.Origin != Origin.Modelled)];
            foreach (string name in names) arms[name][night] = NightArm.Of(nights[night], OfArm(records, name), name, newest.Counters);
        }

        // an arm that never ran on a kernel has no history: the model does not age
        string[] real = [.. names.Where(name => arms[name].Any(arm => arm is not null))];
        SeriesHistory history = new(nights, rules ?? HistoryRules.Default, real.Length * newest.Counters.Count);
        return new PlanHistory
        {
            Plan = newest.Plan,
            Shape = newest.Shape,
            Box = newest.Box,
            Nights = [.. nights.Select((night, at) => Night(night, at, real, arms))],
            Series = [.. real.SelectMany(name => newest.Counters.Select(counter => history.Of(name, counter, arms[name])))],
        };
    }

    private static RunRecord[] OfArm(RunRecord[] records, string arm) => [.. records.Where(record => record.Request.Arm == arm)];

    private static Night Night(Manifest manifest, int at, string[] names, Dictionary<string, NightArm?[]> arms) => new()
    {
        Session = manifest.Session,
        Created = manifest.Created,
        Accepted = manifest.Accepted,
        Differences =
        [
            .. names.SelectMany(name => Causes.Between(LastBefore(arms[name], at), arms[name][at])
                .Select(difference => new NightDifference(name, difference))),
        ],
    };

    /// <summary>The arm in the last night before this one of which the environment is known.</summary>
    private static NightArm? LastBefore(NightArm?[] arm, int night) => Array.FindLast(arm[..night], one => one?.Environment is not null);
}
