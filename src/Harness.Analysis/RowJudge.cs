using System.Globalization;
using Harness.Records;
using Perfolizer.Mathematics.OutlierDetection;

namespace Harness.Analysis;

/// <summary>A row before the family of all rows has been judged.</summary>
/// <param name="Part">The counter or a CPU's part of it.</param>
/// <param name="Unit">Its unit; empty when unknown.</param>
/// <param name="Before">The arm before.</param>
/// <param name="After">The arm after.</param>
/// <param name="Pairs">The pairs of which both runs have the counter; none when the runs are not paired.</param>
/// <param name="Seen">The change.</param>
internal sealed record RowDraft(
    CounterPart Part, string Unit, Summary Before, Summary After, IReadOnlyList<int> Pairs, SeenChange Seen)
{
    /// <summary>Which way it is better.</summary>
    public Better Better { get; init; }

    /// <summary>How the numbers came to be; null when there are none.</summary>
    public string? Origin { get; init; }

    /// <summary>Why it cannot be judged, or null.</summary>
    public string? Invalid { get; init; }

    /// <summary>Pairs with two results of which one lacks this counter.</summary>
    public int Missing { get; init; }

    /// <summary>What was allowed for drift between two sessions; null when the runs are paired.</summary>
    public DriftAllowance? Drift { get; init; }
}

/// <summary>Makes the rows of a comparison of two arms, of one session or of two.</summary>
internal sealed class RowJudge(ArmRuns before, ArmRuns after, JudgingRules rules, TwoSessions? apart = null)
{
    /// <summary>The counter's row and, where asked for, one for each CPU it has parts for.</summary>
    public IEnumerable<RowDraft> Draft(JudgedCounter counter) =>
        ArmRuns.Parts(counter, before, after).Select(part => Draft(part, counter.Better));

    /// <summary>The row with its verdict.</summary>
    /// <param name="draft">The row so far.</param>
    /// <param name="rejected">Whether "nothing changed" was rejected.</param>
    /// <param name="level">The level that the test was held against.</param>
    /// <param name="rules">The numbers the verdict hangs on.</param>
    public static ComparisonRow Row(RowDraft draft, bool rejected, double level, JudgingRules rules)
    {
        (Verdict verdict, string? why) = Judge(draft, rejected, rules);
        int? more = null;
        if (verdict == Verdict.Undecided)
        {
            (more, string settles) = draft.Seen.ToSettle(level, rules);
            why = Sentences(why, settles);
        }
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
            Pairs = draft.Pairs.Count,
            Why = why,
            MoreRuns = more,
            Origin = draft.Origin,
            P = draft.Seen.P,
            RankChange = draft.Seen.Ranks?.Estimate,
            RankLow = draft.Seen.Ranks?.Low,
            RankHigh = draft.Seen.Ranks?.High,
            SmallestEffect = verdict == Verdict.Invalid ? null : draft.Seen.SmallestEffect(level, rules),
            Cpu = draft.Part.Cpu,
            Drift = draft.Drift,
        };
    }

    private RowDraft Draft(CounterPart part, Better better)
    {
        List<Reading> readings = [.. before.Done.Concat(after.Done).Select(run => Reading.Of(run, part))];
        string[] units = [.. readings.Select(reading => reading.Unit).OfType<string>().Distinct()];
        string unit = units.Length > 0 ? units[0] : "";
        Dictionary<int, double> left = before.Values(part);
        Dictionary<int, double> right = after.Values(part);
        RowDraft draft = apart is null ? Paired(left, right, part, unit) : Unpaired(left, right, part, unit, apart);
        return draft with
        {
            Better = better,
            Origin = Words.Of(before.Facts.Origins.Union(after.Facts.Origins)),
            Invalid = WhyInvalid(readings, units, part),
        };
    }

    private RowDraft Paired(Dictionary<int, double> left, Dictionary<int, double> right, CounterPart part, string unit)
    {
        int[] pairs = [.. left.Keys.Where(right.ContainsKey)];
        double[] values = [.. pairs.Select(pair => left[pair])];
        double[] others = [.. pairs.Select(pair => right[pair])];
        int complete = before.Done.Count(run => after.Done.Any(other => other.Request.Pair == run.Request.Pair));
        PairedChange seen = PairedChange.Of(values, others, rules.Alpha, Units.IsCount(unit));
        return new RowDraft(part, unit, Summary.Of(left.Values), Summary.Of(right.Values), pairs, seen)
        {
            Missing = complete - pairs.Length,
        };
    }

    private RowDraft Unpaired(Dictionary<int, double> left, Dictionary<int, double> right, CounterPart part, string unit, TwoSessions two)
    {
        bool modelled = before.Facts.Origins.Contains(Records.Origin.Modelled);
        DriftAllowance drift = modelled ? DriftAllowance.None : DriftAllowance.Of(two.Before.DriftOf(part), two.After.DriftOf(part));
        UnpairedChange seen = UnpairedChange.Of([.. left.Values], [.. right.Values], rules.Alpha, Units.IsCount(unit), drift);
        return new RowDraft(part, unit, Summary.Of(left.Values), Summary.Of(right.Values), [], seen) { Drift = drift };
    }

    private string? WhyInvalid(List<Reading> readings, string[] units, CounterPart part)
    {
        foreach (ArmRuns arm in (ArmRuns[])[before, after])
        {
            if (arm.Invalid is { } run)
                return Text($"pair {run.Request.Pair} of '{arm.Name}' is invalid: {ArmProof.ClauseOf(run)}");
            if (arm.Facts.Origins.Count > 1) return $"runs of '{arm.Name}' are of different origins: {Words.Of(arm.Facts.Origins)}";
        }
        if (part.Name.StartsWith("workload.", StringComparison.Ordinal) && apart?.OtherWork is string work) return work;
        if (readings.FirstOrDefault(reading => reading.Problem is not null).Problem is string problem) return problem;
        if (units.Length > 1) return $"runs give it in different units: {string.Join(", ", units)}";
        return readings.Count > 0 && units.Length == 0 ? "no run has this counter" : null;
    }

    private static (Verdict, string?) Judge(RowDraft draft, bool rejected, JudgingRules rules)
    {
        SeenChange seen = draft.Seen;
        if (draft.Invalid is not null) return (Verdict.Invalid, draft.Invalid);
        if (seen.P is null) return (Verdict.Undecided, seen.WhyUntested);
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

    private static bool Within(SeenChange seen, double limit) =>
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

    private static string Sentences(string? first, string second) => first is null ? second : first + "; " + second;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
