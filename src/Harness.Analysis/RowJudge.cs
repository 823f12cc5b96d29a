using System.Globalization;
using Harness.Records;
using Perfolizer.Mathematics.OutlierDetection;

namespace Harness.Analysis;

/// <summary>A row before the family of all rows has been judged.</summary>
/// <param name="Part">The counter or a CPU's part of it.</param>
/// <param name="Better">Which way it is better.</param>
/// <param name="Unit">Its unit; empty when unknown.</param>
/// <param name="Before">The arm before.</param>
/// <param name="After">The arm after.</param>
/// <param name="Pairs">The pairs of which both runs have the counter.</param>
/// <param name="Seen">Their change.</param>
/// <param name="Origin">How the numbers came to be; null when there are none.</param>
/// <param name="Invalid">Why it cannot be judged, or null.</param>
/// <param name="Missing">Pairs with two results of which one lacks this counter.</param>
internal sealed record RowDraft(
    CounterPart Part,
    Better Better,
    string Unit,
    Summary Before,
    Summary After,
    IReadOnlyList<int> Pairs,
    PairedChange Seen,
    string? Origin,
    string? Invalid,
    int Missing);

/// <summary>Makes the rows of a comparison of two arms.</summary>
internal sealed class RowJudge(ArmRuns before, ArmRuns after, JudgingRules rules)
{
    /// <summary>The counter's row and, where asked for, one for each CPU it has parts for.</summary>
    public IEnumerable<RowDraft> Draft(JudgedCounter counter) =>
        ArmRuns.Parts(counter, before, after).Select(part => Draft(part, counter.Better));

    /// <summary>
    /// The smallest relative change that pairs like these report as a change with the chance <see cref="JudgingRules.Power"/>:
    /// the deviation over the root of the number of pairs, times <see cref="TestPower.DistanceFor"/>. It is never under
    /// <see cref="JudgingRules.Negligible"/>, below which no change is reported. Null under two pairs and where nothing was counted before.
    /// </summary>
    /// <param name="seen">The pairs.</param>
    /// <param name="level">The level that the test is held against.</param>
    /// <param name="rules">The numbers the verdict hangs on.</param>
    public static double? SmallestEffect(PairedChange seen, double level, JudgingRules rules)
    {
        if (seen.Pairs < 2) return null;
        double distance = new TestPower(level, seen.Pairs - 1).DistanceFor(rules.Power) * seen.Error;
        return seen.AsChange(distance) is double change ? Math.Max(change, rules.Negligible) : null;
    }

    /// <summary>The row with its verdict.</summary>
    /// <param name="draft">The row so far.</param>
    /// <param name="rejected">Whether "nothing changed" was rejected.</param>
    /// <param name="level">The level that the test was held against.</param>
    /// <param name="rules">The numbers the verdict hangs on.</param>
    public static ComparisonRow Row(RowDraft draft, bool rejected, double level, JudgingRules rules)
    {
        (Verdict verdict, string? why) = Judge(draft, rejected, rules);
        int? more = verdict == Verdict.Undecided ? MorePairs.Needed(draft.Seen, level, rules) : null;
        if (verdict == Verdict.Undecided) why = Sentences(why, More(more, draft.Seen.Pairs));
        if (verdict != Verdict.Invalid && draft.Missing > 0)
            why = Sentences(why, Text($"pairs left out because a run lacks this counter: {draft.Missing}"));
        return new ComparisonRow
        {
            Counter = draft.Part.RowName,
            Unit = draft.Unit,
            Before = draft.Before,
            After = draft.After,
            Change = draft.Seen.Change,
            Low = draft.Seen.Interval.Low,
            High = draft.Seen.Interval.High,
            Verdict = verdict,
            Pairs = draft.Seen.Pairs,
            Why = why,
            MoreRuns = more,
            Origin = draft.Origin,
            P = draft.Seen.P,
            RankChange = draft.Seen.Ranks?.Estimate,
            RankLow = draft.Seen.Ranks?.Low,
            RankHigh = draft.Seen.Ranks?.High,
            SmallestEffect = verdict == Verdict.Invalid ? null : SmallestEffect(draft.Seen, level, rules),
            Cpu = draft.Part.Cpu,
        };
    }

    private RowDraft Draft(CounterPart part, Better better)
    {
        List<Reading> readings = [.. before.Done.Concat(after.Done).Select(run => Reading.Of(run, part))];
        string[] units = [.. readings.Select(reading => reading.Unit).OfType<string>().Distinct()];
        Dictionary<int, double> left = before.Values(part);
        Dictionary<int, double> right = after.Values(part);
        int[] pairs = [.. left.Keys.Where(right.ContainsKey)];
        string unit = units.Length > 0 ? units[0] : "";
        double[] values = [.. pairs.Select(pair => left[pair])];
        double[] others = [.. pairs.Select(pair => right[pair])];
        int complete = before.Done.Count(run => after.Done.Any(other => other.Request.Pair == run.Request.Pair));
        return new RowDraft(
            part,
            better,
            unit,
            Summary.Of(left.Values),
            Summary.Of(right.Values),
            pairs,
            PairedChange.Of(values, others, rules.Alpha, Units.IsCount(unit)),
            Words.Of(before.Facts.Origins.Union(after.Facts.Origins)),
            WhyInvalid(readings, units),
            complete - pairs.Length);
    }

    private string? WhyInvalid(List<Reading> readings, string[] units)
    {
        foreach (ArmRuns arm in (ArmRuns[])[before, after])
        {
            if (arm.Invalid is { } run)
                return Text($"pair {run.Request.Pair} of '{arm.Name}' is invalid: {ArmProof.ClauseOf(run)}");
            if (arm.Facts.Origins.Count > 1) return $"runs of '{arm.Name}' are of different origins: {Words.Of(arm.Facts.Origins)}";
        }
        if (readings.FirstOrDefault(reading => reading.Problem is not null).Problem is string problem) return problem;
        if (units.Length > 1) return $"runs give it in different units: {string.Join(", ", units)}";
        return readings.Count > 0 && units.Length == 0 ? "no run has this counter" : null;
    }

    private static (Verdict, string?) Judge(RowDraft draft, bool rejected, JudgingRules rules)
    {
        PairedChange seen = draft.Seen;
        if (draft.Invalid is not null) return (Verdict.Invalid, draft.Invalid);
        if (seen.P is null) return (Verdict.Undecided, seen.Pairs == 0 ? "no pair has both runs" : "one pair has no scatter to judge by");
        bool alone = seen.P <= rules.Alpha;
        if (Within(seen, rules.Negligible))
            return (Verdict.NoChange, alone ? Text($"it did change, but by less than {rules.Negligible:0.#%}") : null);
        if (rejected) return (Changed(draft.Better, fell: seen.Direction < 0), Doubt(draft));
        if (Within(seen, rules.SmallestEffect) && !alone) return (Verdict.NoChange, null);
        return (Verdict.Undecided, alone
            ? "alone it would count as changed, but among so many counters such a one is expected"
            : Hidden(draft));
    }

    private static Verdict Changed(Better better, bool fell) =>
        better == Better.Neither ? Verdict.Changed : fell == (better == Better.Lower) ? Verdict.Improved : Verdict.Regressed;

    private static bool Within(PairedChange seen, double limit) =>
        seen.Interval is (double low, double high) && low >= -limit && high <= limit;

    // the two intervals rest on different assumptions: where they differ on zero, a reader has to look at the single runs
    private static string? Doubt(RowDraft draft) => draft.Seen.Ranks is { Low: <= 0, High: >= 0 }
        ? "the rank-based interval does not leave zero out: look at " + Wild(draft) : null;

    private static string? Hidden(RowDraft draft) => draft.Seen.Ranks is { Low: > 0 } or { High: < 0 }
        ? "the rank-based interval leaves zero out: a wild run may hide a change, look at " + Wild(draft) : null;

    // the pairs over three median absolute deviations, on the normal's scale, from the median (the detector's own default)
    private static string Wild(RowDraft draft)
    {
        MadOutlierDetector detector = MadOutlierDetector.Create(draft.Seen.Differences);
        int[] wild = [.. draft.Pairs.Where((_, i) => detector.IsOutlier(draft.Seen.Differences[i]))];
        return wild.Length == 0 ? "the single runs" : $"{(wild.Length == 1 ? "pair" : "pairs")} {string.Join(", ", wild)}";
    }

    private static string More(int? more, int pairs) => more switch
    {
        null => Text($"not even {MorePairs.Limit:N0} pairs would settle it"),
        _ when pairs < 2 => Text($"{more} more would give every interval its 95 %"),
        1 => "about 1 more pair would settle it",
        _ => Text($"about {more:N0} more pairs would settle it"),
    };

    private static string Sentences(string? first, string second) => first is null ? second : first + "; " + second;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
