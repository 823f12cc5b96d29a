using System.Globalization;
using Harness.Records;

namespace Harness.Analysis;

/// <summary>Makes the history of one arm's counter.</summary>
/// <param name="nights">The sessions, the oldest first.</param>
/// <param name="rules">The rules.</param>
/// <param name="series">How many series share the chance of a false alarm.</param>
internal sealed class SeriesHistory(IReadOnlyList<Manifest> nights, HistoryRules rules, int series)
{
    // of the intervals that are shown; published: the customary 95 %
    private const double IntervalAlpha = 0.05;

    private readonly double alpha = rules.Level(series);

    public CounterHistory Of(string arm, JudgedCounter counter, NightArm?[] arms)
    {
        NightReading?[] readings = [.. arms.Select(night => night?.Readings.GetValueOrDefault(counter.Name))];
        string unit = readings.LastOrDefault(reading => reading is { Problem: null })?.Unit ?? "";
        HistoryScale scale = HistoryScale.Of(unit, rules);
        LevelScan scan = new(rules, scale, alpha);
        SeriesJudge judge = new(counter.Better, scan, (level, night) =>
            Causes.New([.. level.Select(point => arms[point.Night])], arms[night]).Any(Causes.Explains));

        List<(HistoryPoint Point, Summary Summary)> values = [];
        int acceptedAt = -1;
        for (int night = 0; night < nights.Count; night++)
        {
            if (nights[night].Accepted is not null) acceptedAt = night;
            if (readings[night] is { Problem: null } reading && reading.Unit == unit)
            {
                Summary summary = Summary.Of(reading.Values);
                double median = summary.Median!.Value;
                values.Add((new(night, scale.On(median), scale.Unsureness(reading.Values, median)), summary));
                judge.Judge(values[^1].Point, acceptedAt);
            }
            else
            {
                judge.Pass(acceptedAt == night);
            }
        }
        List<HistoryPoint> points = [.. values.Select(value => value.Point).Where(point => !judge.Outliers.Contains(point.Night))];
        return new CounterHistory
        {
            Arm = arm,
            Counter = counter.Name,
            Unit = unit,
            Better = counter.Better,
            Values =
            [
                .. values.Select(value => new NightValue(value.Point.Night, value.Summary, judge.Outliers.Contains(value.Point.Night))),
            ],
            Changes = [.. judge.Changes.Select((change, at) => Change(judge, at, points, scale, arms))],
            Verdict = judge.Verdict,
            Why = Why(judge, readings[^1], unit),
        };
    }

    private LevelChange Change(SeriesJudge judge, int at, List<HistoryPoint> points, HistoryScale scale, NightArm?[] arms)
    {
        FoundChange found = judge.Changes[at];
        int end = at + 1 < judge.Changes.Count ? judge.Changes[at + 1].Night : int.MaxValue;
        HistoryPoint[] since = [.. points.Where(point => point.Night >= found.Night && point.Night < end)];
        HistoryPoint[] before = [.. found.Before];
        LevelTest test = LevelTest.Of(NightSample.Of(before), NightSample.Of(since), rules);
        double level = NightSample.Of(before).Mean;
        double reach = Student.Critical(IntervalAlpha, test.Freedom) * test.Error;
        double old = scale.Off(level);
        double? Relative(double distance) =>
            old > 0 && (scale.Off(level + distance) / old) - 1 is var change && double.IsFinite(change) ? change : null;
        return new LevelChange
        {
            Night = found.Night,
            FoundAt = found.FoundAt,
            Before = old,
            After = scale.Off(level + test.Distance),
            Change = Relative(test.Distance),
            Low = Relative(test.Distance - reach),
            High = Relative(test.Distance + reach),
            Kind = found.Kind,
            Causes = CausesOf(found, arms),
            Stands = found.Kind == HistoryVerdict.Regressed && at >= judge.StandsFrom,
        };
    }

    /// <summary>What is new in the first night of the new level; when nothing is, what is new in a neighbour of it, as the first night is
    /// found to within a night or so.</summary>
    private static IReadOnlyList<EnvironmentDifference> CausesOf(FoundChange found, NightArm?[] arms)
    {
        NightArm?[] level = [.. found.Before.Select(point => arms[point.Night])];
        IReadOnlyList<EnvironmentDifference> causes = Causes.New(level, arms[found.Night]);
        if (causes.Count == 0 && found.Night < found.FoundAt) causes = Causes.New(level, arms[found.Night + 1]);
        if (causes.Count == 0 && level.Length > 1) causes = Causes.New(level[..^1], level[^1]);
        return causes;
    }

    private string? Why(SeriesJudge judge, NightReading? tonight, string unit)
    {
        string? missing = tonight is null ? "the arm was not run tonight"
            : tonight.Problem ?? (tonight.Unit == unit ? null : $"it was given in {tonight.Unit}, not in {unit}");
        switch (judge.Verdict)
        {
            case HistoryVerdict.TooFew: return judge.Nights == 1 ? "the first night with a value; the next one can be judged"
                : "tonight lies off, and the nights before are too few to tell whether by chance";
            case HistoryVerdict.Suspect: return "tonight lies far off alone and nothing is known to differ; the next night will tell";
            case HistoryVerdict.Invalid: return missing;
            case HistoryVerdict.Regressed when missing is not null:
                return $"the level had not come back when it was last measured; tonight has no value: {missing}";
            case HistoryVerdict.Regressed when judge.Changes[judge.StandsFrom!.Value].FoundAt is var found && found < nights.Count - 1:
                return string.Create(
                    CultureInfo.InvariantCulture, $"found on {nights[found].Created.UtcDateTime:yyyy-MM-dd}; neither back since nor accepted");
            default: return null;
        }
    }
}
