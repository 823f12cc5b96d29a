using Harness.Records;

namespace Harness.Analysis;

/// <summary>What a comparison takes of single runs: the same runs and values that its medians are of.</summary>
public static class RunValues
{
    /// <summary>A counter in the runs of an arm that gave a result, by pair; runs without a usable value are left out.</summary>
    /// <param name="records">The records of one session.</param>
    /// <param name="arm">The arm's name.</param>
    /// <param name="counter">The counter's name.</param>
    public static IReadOnlyList<(RunRecord Run, double Value)> Of(IEnumerable<RunRecord> records, string arm, string counter)
    {
        List<(RunRecord, double)> values = [];
        foreach (RunRecord run in ArmRuns.Of(records, arm).Done)
        {
            if (Reading.Of(run, new CounterPart(counter, null)).Value is double value) values.Add((run, value));
        }
        return values;
    }

    /// <summary>The parts per CPU of a counter in the runs of an arm that gave a result, by pair; runs without parts are left
    /// out.</summary>
    /// <inheritdoc cref="Of"/>
    public static IReadOnlyList<(RunRecord Run, IReadOnlyDictionary<int, double> Cpus)> PerCpu(
        IEnumerable<RunRecord> records, string arm, string counter)
    {
        List<(RunRecord, IReadOnlyDictionary<int, double>)> values = [];
        foreach (RunRecord run in ArmRuns.Of(records, arm).Done)
        {
            Dictionary<int, double> cpus = [];
            foreach ((int cpu, double part) in Reading.CpusOf(run, counter).Zip(run.Find(counter)?.PerCpu ?? []))
            {
                if (Reading.Usable(part, "").Value is double value) cpus[cpu] = value;
            }
            if (cpus.Count > 0) values.Add((run, cpus));
        }
        return values;
    }
}
