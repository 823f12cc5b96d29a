using System.Text.Json.Serialization;
using Harness.Records;

namespace Harness.Analysis;

/// <summary>Two arms of a session beside each other, or an arm of one session and an arm of another; one row a counter.</summary>
public sealed record Comparison
{
    /// <summary>The plan's name.</summary>
    public required string Plan { get; init; }

    /// <summary>The judged counters in the plan's order, each followed by its parts per CPU where those were asked for.</summary>
    public required IReadOnlyList<ComparisonRow> Rows { get; init; }

    /// <summary>The arm before.</summary>
    public required ArmFacts Before { get; init; }

    /// <summary>The arm after.</summary>
    public required ArmFacts After { get; init; }

    /// <summary>Pairs of which both runs gave a result; 0 when the runs are not paired.</summary>
    public required int Pairs { get; init; }

    /// <summary>Pairs of which a run failed, is invalid or has not been made.</summary>
    public required int DroppedPairs { get; init; }

    /// <summary>
    /// How many rows share the chance of a false verdict (Holm): the judged counters that could be tested. A counter that never differed is
    /// not among them, nor are rows of single CPUs: they are parts of a counter that is, and each stands at the level of a single test.
    /// </summary>
    public required int JudgedTogether { get; init; }

    /// <summary>The numbers the verdicts hang on.</summary>
    public required JudgingRules Rules { get; init; }

    /// <summary>
    /// What the two sides' hosts and settings do not share, by name; empty when they are alike or nothing is known of one.
    /// </summary>
    public required IReadOnlyList<EnvironmentDifference> Environment { get; init; }

    /// <summary>Whether the settings of the two arms provably acted; an arm whose runs carry no proofs is left out.</summary>
    public IReadOnlyList<ArmProof> Proofs { get; init; } = [];

    /// <summary>True when the runs are of one session and compared pair by pair; false when they are of two sessions.</summary>
    public bool Paired { get; init; } = true;

    /// <summary>True when an arm has an invalid run, so that nothing could be judged.</summary>
    [JsonIgnore]
    public bool IsInvalid => Before.Invalid + After.Invalid > 0;

    /// <summary>True when a judged counter regressed; parts per CPU alone do not make it so.</summary>
    [JsonIgnore]
    public bool FoundRegression => Rows.Any(row => row is { Cpu: null, Verdict: Verdict.Regressed });

    /// <summary>Compares what was run on real kernels; modelled records among the given ones are passed over.</summary>
    /// <param name="records">The records of one session, or of two (<see cref="TwoSessions.Records"/>).</param>
    /// <param name="before">Name of the arm before.</param>
    /// <param name="after">Name of the arm after.</param>
    /// <param name="counters">The counters to show and judge.</param>
    /// <param name="rules">The numbers the verdicts hang on; the defaults when null.</param>
    /// <param name="apart">The two sessions, when the arms are of two; null compares pair by pair.</param>
    /// <exception cref="UsageException">There is no record, or none of such an arm.</exception>
    public static Comparison Of(
        IReadOnlyList<RunRecord> records, string before, string after, IReadOnlyList<JudgedCounter> counters,
        JudgingRules? rules = null, TwoSessions? apart = null) =>
        Of(records, before, after, counters, rules ?? JudgingRules.Default, apart, modelled: false);

    /// <summary>Compares what the model predicts for the two arms; all other records are passed over.</summary>
    /// <inheritdoc cref="Of(IReadOnlyList{RunRecord}, string, string, IReadOnlyList{JudgedCounter}, JudgingRules?, TwoSessions?)"/>
    public static Comparison OfModel(
        IReadOnlyList<RunRecord> records, string before, string after, IReadOnlyList<JudgedCounter> counters,
        JudgingRules? rules = null, TwoSessions? apart = null) =>
        Of(records, before, after, counters, rules ?? JudgingRules.Default, apart, modelled: true);

    private static Comparison Of(
        IReadOnlyList<RunRecord> records, string before, string after,
        IReadOnlyList<JudgedCounter> counters, JudgingRules rules, TwoSessions? apart, bool modelled)
    {
        Require(records, before);
        Require(records, after);
        List<RunRecord> used = [.. records.Where(record => (record.Origin == Origin.Modelled) == modelled)];
        ArmRuns a = ArmRuns.Of(used, before);
        ArmRuns b = ArmRuns.Of(used, after);

        RowJudge judge = new(a, b, rules, apart);
        List<RowDraft> drafts = [.. counters.SelectMany(counter => judge.Draft(counter))];
        ComparisonRow[] rows = Judge(drafts, rules, out int together);
        int[] tried =
            [.. used.Where(run => run.Request.Arm == before || run.Request.Arm == after).Select(run => run.Request.Pair).Distinct()];
        int pairs = a.Done.Select(run => run.Request.Pair).Intersect(b.Done.Select(run => run.Request.Pair)).Count();
        return new Comparison
        {
            Plan = records[0].Request.Plan,
            Rows = rows,
            Before = a.Facts,
            After = b.Facts,
            Pairs = apart is null ? pairs : 0,
            DroppedPairs = apart is null ? tried.Length - pairs : 0,
            JudgedTogether = together,
            Rules = rules,
            Environment = [.. apart?.Differences ?? [], .. EnvironmentDifference.Between(a.Done, b.Done)],
            Proofs = [.. new[] { a.Proof, b.Proof }.OfType<ArmProof>()],
            Paired = apart is null,
        };
    }

    private static ComparisonRow[] Judge(List<RowDraft> drafts, JudgingRules rules, out int together)
    {
        int[] family =
            [.. Enumerable.Range(0, drafts.Count).Where(i => drafts[i] is { Part.Cpu: null, Invalid: null, Seen.CanTell: true })];
        double[] p = [.. family.Select(i => drafts[i].Seen.P!.Value)];
        (bool Rejected, double Level)[] judged = Holm.Judge(p, rules.Alpha);
        together = family.Length;

        ComparisonRow[] rows = new ComparisonRow[drafts.Count];
        for (int i = 0; i < rows.Length; i++)
        {
            int place = Array.IndexOf(family, i);
            (bool rejected, double level) = place >= 0 ? judged[place] : (drafts[i].Seen.P <= rules.Alpha, rules.Alpha);
            rows[i] = RowJudge.Row(drafts[i], rejected, level, rules);
        }
        return rows;
    }

    private static void Require(IReadOnlyList<RunRecord> records, string arm)
    {
        if (records.Count == 0) throw new UsageException("nothing to compare: the session has no run; run a plan first");
        if (records.Any(record => record.Request.Arm == arm)) return;
        string there = string.Join(", ", records.Select(record => record.Request.Arm).Distinct());
        throw new UsageException($"no arm is called '{arm}' in this session; there are: {there}");
    }
}
