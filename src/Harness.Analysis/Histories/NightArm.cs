using System.Globalization;
using Harness.Records;

namespace Harness.Analysis;

/// <summary>What a night gives of one series.</summary>
/// <param name="Values">The runs' values; empty when there is a problem.</param>
/// <param name="Unit">The unit; empty when no run has the counter.</param>
/// <param name="Problem">Why the night has no value; null when it has one.</param>
internal sealed record NightReading(IReadOnlyList<double> Values, string Unit, string? Problem);

/// <summary>One arm in one night, as far as a history needs it: the records themselves may go.</summary>
internal sealed class NightArm
{
    /// <summary>The environment's name for where the arm ran.</summary>
    public const string Target = "target";

    private NightArm(Dictionary<string, NightReading> readings, IReadOnlyDictionary<string, string>? environment)
    {
        Readings = readings;
        Environment = environment;
    }

    /// <summary>What each counter gave.</summary>
    public IReadOnlyDictionary<string, NightReading> Readings { get; }

    /// <summary>What can change a result, by name: the records' environment and knobs, the target, the origin and the workload's
    /// parameters. Null when no run was done.</summary>
    public IReadOnlyDictionary<string, string>? Environment { get; }

    /// <summary>An arm of a night; null when the arm was only modelled or is not of the session.</summary>
    /// <param name="night">The session.</param>
    /// <param name="records">Its records without the model's.</param>
    /// <param name="arm">The arm's name.</param>
    /// <param name="counters">The counters of the history.</param>
    public static NightArm? Of(Manifest night, IReadOnlyList<RunRecord> records, string arm, IReadOnlyList<JudgedCounter> counters)
    {
        int planned = night.Runs.Count(run => run.Arm == arm);
        if (planned == 0 || records.Count == 0) return null;
        ArmRuns runs = ArmRuns.Of(records, arm);
        string? problem = ProblemOf(runs, planned);
        Dictionary<string, NightReading> readings = [];
        foreach (JudgedCounter counter in counters) readings[counter.Name] = Read(runs, counter.Name, problem);
        return new NightArm(readings, runs.Done.Count == 0 ? null : EnvironmentOf(runs.Done));
    }

    private static string? ProblemOf(ArmRuns runs, int planned)
    {
        if (runs.Invalid is { } invalid) return Text($"pair {invalid.Request.Pair} is invalid: {ArmProof.ClauseOf(invalid)}");
        if (runs.Facts.Origins.Count > 1) return $"its runs are of different origins: {Words.Of(runs.Facts.Origins)}";
        // assumed: with fewer the night stands on too little
        return runs.Done.Count * 2 >= planned ? null : Text($"{runs.Done.Count} of {planned} runs gave a result");
    }

    private static NightReading Read(ArmRuns runs, string counter, string? problem)
    {
        CounterPart part = new(counter, null);
        List<Reading> readings = [.. runs.Done.Select(run => Reading.Of(run, part))];
        List<string> units = [.. readings.Select(reading => reading.Unit).OfType<string>().Distinct()];
        List<double> values = [.. readings.Select(reading => reading.Value).OfType<double>()];
        problem ??= readings.Select(reading => reading.Problem).FirstOrDefault(one => one is not null)
            ?? (units.Count > 1 ? $"runs give it in different units: {string.Join(", ", units)}"
                : values.Count == 0 ? "no run has it" : null);
        return new NightReading(problem is null ? values : [], units.FirstOrDefault() ?? "", problem);
    }

    private static Dictionary<string, string> EnvironmentOf(IReadOnlyList<RunRecord> runs)
    {
        Dictionary<string, string> all = new(EnvironmentDifference.EnvironmentOf(runs), StringComparer.Ordinal)
        {
            [Target] = runs[0].Target,
            ["origin"] = Words.Of(runs[0].Origin),
        };
        foreach ((string name, string value) in runs[0].Request.Parameters) all[$"parameter.{name}"] = value;
        return all;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
