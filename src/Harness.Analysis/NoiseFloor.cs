using System.Text.Json.Serialization;
using Harness.Records;
using MathNet.Numerics.Statistics;

namespace Harness.Analysis;

/// <summary>An A/A session: one arm on both sides, so that whatever differs is noise.</summary>
public sealed record NoiseFloor
{
    /// <summary>The plan's name.</summary>
    public required string Plan { get; init; }

    /// <summary>The arm that both sides are.</summary>
    public required string Arm { get; init; }

    /// <summary>Where it ran, as the user named it; null when it never ran.</summary>
    public string? Target { get; init; }

    /// <summary>Pairs of which both runs gave a result.</summary>
    public required int Pairs { get; init; }

    /// <summary>The judged counters in the plan's order.</summary>
    public required IReadOnlyList<NoiseFloorRow> Rows { get; init; }

    /// <summary>How many rows share the chance of a false flag (Holm).</summary>
    public required int JudgedTogether { get; init; }

    /// <summary>The numbers the flags hang on.</summary>
    [JsonIgnore]
    public JudgingRules Rules { get; init; } = JudgingRules.Default;

    /// <summary>True when no row was flagged.</summary>
    [JsonIgnore]
    public bool IsQuiet => !Rows.Any(row => row.Flagged);

    /// <summary>Measures the noise floor by what was run on real kernels, or by the model's runs when there are no others.</summary>
    /// <param name="records">The records of one A/A session.</param>
    /// <param name="arm">The plan's arm that both sides are.</param>
    /// <param name="first">Name of the one side.</param>
    /// <param name="second">Name of the other side.</param>
    /// <param name="counters">The counters to show; their parts per CPU are not in the table.</param>
    /// <param name="rules">The numbers the flags hang on; the defaults when null.</param>
    /// <exception cref="UsageException">There is no record, or none of such a side.</exception>
    public static NoiseFloor Of(
        IReadOnlyList<RunRecord> records, string arm, string first, string second,
        IReadOnlyList<JudgedCounter> counters, JudgingRules? rules = null)
    {
        rules ??= JudgingRules.Default;
        bool modelled = records.All(record => record.Origin == Origin.Modelled);
        JudgedCounter[] totals = [.. counters.Select(counter => counter with { PerCpu = false })];
        Comparison comparison = modelled
            ? Comparison.OfModel(records, first, second, totals, rules) : Comparison.Of(records, first, second, totals, rules);
        List<RunRecord> used = [.. records.Where(record => (record.Origin == Origin.Modelled) == modelled)];
        ArmRuns one = ArmRuns.Of(used, first);
        ArmRuns other = ArmRuns.Of(used, second);
        RowJudge judge = new(one, other, rules);
        double level = rules.Alpha / Math.Max(1, comparison.JudgedTogether);
        return new NoiseFloor
        {
            Plan = comparison.Plan,
            Arm = arm,
            Target = one.Facts.Target,
            Pairs = comparison.Pairs,
            Rows = [.. totals.Zip(comparison.Rows, (counter, row) => Row(judge.Draft(counter).Single(), row))],
            JudgedTogether = comparison.JudgedTogether,
            Rules = rules,
        };

        NoiseFloorRow Row(RowDraft draft, ComparisonRow row)
        {
            NoiseFloorRow floor = new()
            {
                Counter = row.Counter, Unit = row.Unit, N = row.Before.N + row.After.N, Flagged = IsFlag(row.Verdict),
            };
            if (row.Verdict == Verdict.Invalid) return floor with { Why = row.Why };
            double[] values = [.. one.Values(draft.Part).Values, .. other.Values(draft.Part).Values];
            SeenChange seen = draft.Seen;
            bool scatters = seen.P is not null && seen.AsChange(0) is not null;
            return floor with
            {
                Median = Summary.Of(values).Median,
                RunSpread = Spread(values),
                PairSpread = scatters ? seen.Error * Math.Sqrt(draft.Pairs.Count) : null,
                Change = row.Change,
                Low = row.Low,
                High = row.High,
                NoiseFloor = scatters ? seen.AsChange(Student.Critical(rules.Alpha, seen.Freedom) * seen.Error) : null,
                SmallestEffect = seen.SmallestEffect(level, rules),
                Why = seen.P is null ? row.Why : null,
            };
        }
    }

    private static bool IsFlag(Verdict verdict) => verdict is Verdict.Improved or Verdict.Regressed or Verdict.Changed;

    // on the scale of PairedChange, so that the spreads of runs and of pairs can be held against each other
    private static double? Spread(double[] values)
    {
        if (values.Length < 2 || values.All(value => value == 0)) return null;
        return values.All(value => value > 0)
            ? values.Select(value => Math.Log(value)).StandardDeviation() : values.StandardDeviation() / values.Mean();
    }
}
