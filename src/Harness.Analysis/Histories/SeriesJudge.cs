using System.Runtime.InteropServices;
using Harness.Records;

namespace Harness.Analysis;

/// <summary>A change of level as it was found.</summary>
/// <param name="Night">The first night of the new level.</param>
/// <param name="FoundAt">The night that was judged.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Before">The nights of the level before.</param>
internal sealed record FoundChange(int Night, int FoundAt, HistoryVerdict Kind, IReadOnlyList<HistoryPoint> Before);

/// <summary>
/// Judges one series night by night, knowing nothing of the nights to come, so that a history judged again says of each night what was said
/// then.
/// </summary>
/// <param name="better">Which way the counter is better.</param>
/// <param name="scan">Finds changes.</param>
/// <param name="differs">Whether something that can change a result differs between the nights of a level and another night.</param>
internal sealed class SeriesJudge(Better better, LevelScan scan, Func<List<HistoryPoint>, int, bool> differs)
{
    private readonly List<FoundChange> changes = [];
    private readonly HashSet<int> outliers = [];

    private List<HistoryPoint> level = [];     // the nights of the present level
    private List<HistoryPoint>? normal;        // the level that the present one is a regression of; null when it is none
    private int standing;                      // the first of the changes that led there
    private LoneNight? lone;                   // the last night, when it was far off

    /// <summary>The changes that lasted, the oldest first.</summary>
    public IReadOnlyList<FoundChange> Changes => changes;

    /// <summary>The nights that stood alone.</summary>
    public IReadOnlySet<int> Outliers => outliers;

    /// <summary>How many nights had a value.</summary>
    public int Nights { get; private set; }

    /// <summary>What is said of the last night judged.</summary>
    public HistoryVerdict Verdict { get; private set; } = HistoryVerdict.Invalid;

    /// <summary>The first of the changes that stand as a regression, and those after it; null when none does.</summary>
    public int? StandsFrom => normal is null ? null : standing;

    /// <summary>Judges a night without a value.</summary>
    /// <param name="accepted">True when its level was accepted.</param>
    public void Pass(bool accepted)
    {
        if (accepted) Accept();
        Verdict = normal is null ? HistoryVerdict.Invalid : HistoryVerdict.Regressed;
    }

    /// <summary>Judges a night.</summary>
    /// <param name="tonight">Its value.</param>
    /// <param name="acceptedAt">The last night, up to this one, whose level was accepted; -1 for none.</param>
    public void Judge(HistoryPoint tonight, int acceptedAt)
    {
        Nights++;
        if (lone?.IsBack(tonight) == true) SetAside(lone);
        lone = null;

        bool unsure = scan.IsUnsure(level, tonight);
        List<HistoryPoint> all = [.. level, tonight];
        int found = scan.NightsOfNewLevel(all);
        if (found == 0 && scan.IsFar(level, tonight))
        {
            bool explained = differs(level, tonight.Night);
            lone = new LoneNight(tonight, level, normal, standing, explained);
            if (explained) found = 1;
        }
        if (found > 0) Begin(all[..^found], all[^found..], tonight.Night, acceptedAt);
        else level = all;
        Settle(acceptedAt);

        bool foundNow = changes.Count > 0 && changes[^1].FoundAt == tonight.Night && changes[^1].Kind != HistoryVerdict.Regressed;
        Verdict = Nights == 1 ? HistoryVerdict.TooFew
            : normal is not null ? HistoryVerdict.Regressed
            : foundNow ? changes[^1].Kind
            : lone is { Called: false } ? HistoryVerdict.Suspect
            : unsure ? HistoryVerdict.TooFew
            : HistoryVerdict.NoChange;
    }

    private void Begin(List<HistoryPoint> before, List<HistoryPoint> since, int tonight, int acceptedAt)
    {
        double distance = scan.Test(before, since).Distance;
        HistoryVerdict kind = better == Better.Neither ? HistoryVerdict.Changed
            : IsWorse(distance) ? HistoryVerdict.Regressed : HistoryVerdict.Improved;
        changes.Add(new FoundChange(since[0].Night, tonight, kind, before));
        if (kind == HistoryVerdict.Regressed && normal is null && acceptedAt < since[0].Night)
            (normal, standing) = (before, changes.Count - 1);
        level = since;
    }

    /// <summary>
    /// A regression ends when its level was accepted or is no longer surely worse than the level before, whose nights then count again.
    /// </summary>
    private void Settle(int acceptedAt)
    {
        if (normal is null) return;
        if (acceptedAt >= changes[standing].Night)
        {
            Accept();
            return;
        }
        LevelTest test = scan.Test(normal, level);
        bool differ = scan.Differ(test, normal);
        if (differ && IsWorse(test.Distance)) return;
        if (!differ) level = [.. normal, .. level];
        normal = null;
    }

    private void Accept() => (normal, lone) = (null, null);

    /// <summary>Takes back what the last night had changed, which stood alone.</summary>
    private void SetAside(LoneNight night)
    {
        outliers.Add(night.Point.Night);
        level = night.Level;
        if (!night.Called) return;
        changes.RemoveAt(changes.Count - 1);
        (normal, standing) = (night.Normal, night.Standing);
    }

    private bool IsWorse(double distance) => better == Better.Lower ? distance > 0 : better == Better.Higher && distance < 0;

    /// <summary>A night far off its level, with what was before it.</summary>
    private sealed record LoneNight(HistoryPoint Point, List<HistoryPoint> Level, List<HistoryPoint>? Normal, int Standing, bool Called)
    {
        /// <summary>
        /// True when the next night lies less than a quarter as far from the level (assumed): halfway back may be a new level's noise.
        /// </summary>
        public bool IsBack(HistoryPoint next)
        {
            double mean = NightSample.Of(CollectionsMarshal.AsSpan(Level)).Mean;
            double far = Point.Place - mean;
            return (next.Place - mean) * Math.Sign(far) < Math.Abs(far) / 4;
        }
    }
}
