using Harness.Records;

namespace Harness.Analysis;

/// <summary>One arm's runs, as far as a table may use them.</summary>
internal sealed class ArmRuns
{
    private ArmRuns(string name, IReadOnlyList<RunRecord> runs)
    {
        Name = name;
        Done = [.. runs.Where(run => run.State == RunState.Done)];
        Invalid = runs.FirstOrDefault(run => run.State == RunState.Invalid);
        Proof = ArmProof.Of(name, runs);
        Facts = new ArmFacts
        {
            Name = name,
            Target = runs.Count > 0 ? runs[0].Target : null,
            Origins = [.. runs.Select(run => run.Origin).Distinct().Order()],
            Kernel = runs.FirstOrDefault(run => run.Host is not null)?.Host?.KernelRelease,
            Done = Done.Count,
            Failed = runs.Count(run => run.State == RunState.Failed),
            Invalid = runs.Count(run => run.State == RunState.Invalid),
        };
    }

    /// <summary>The arm's name.</summary>
    public string Name { get; }

    /// <summary>The runs that gave a result, by pair.</summary>
    public IReadOnlyList<RunRecord> Done { get; }

    /// <summary>A run in which something provably did not act, or null.</summary>
    public RunRecord? Invalid { get; }

    /// <summary>Whether the arm's settings provably acted; null when its runs carry no proofs.</summary>
    public ArmProof? Proof { get; }

    /// <summary>What the tables say of the arm.</summary>
    public ArmFacts Facts { get; }

    /// <summary>
    /// The arm's runs among some records. Of several runs for one pair (a retry, a resumed session) the last one counts; what it replaced
    /// stays in the session's notes but not in the table.
    /// </summary>
    public static ArmRuns Of(IEnumerable<RunRecord> records, string arm) => new(arm,
    [
        .. records.Where(record => record.Request.Arm == arm)
            .GroupBy(record => record.Request.Pair)
            .OrderBy(pair => pair.Key)
            .Select(pair => pair.OrderBy(record => record.Started).Last()),
    ]);

    /// <summary>A counter's total and, where asked for, one part for each CPU that either arm has.</summary>
    public static IEnumerable<CounterPart> Parts(JudgedCounter counter, ArmRuns one, ArmRuns other)
    {
        IEnumerable<int> cpus = counter.PerCpu
            ? one.Done.Concat(other.Done).SelectMany(run => Reading.CpusOf(run, counter.Name)).Distinct().Order()
            : [];
        return cpus.Select(cpu => new CounterPart(counter.Name, cpu)).Prepend(new CounterPart(counter.Name, null));
    }

    /// <summary>The values of a counter over the runs done, by pair; runs without it are left out.</summary>
    public Dictionary<int, double> Values(CounterPart part)
    {
        Dictionary<int, double> values = [];
        foreach (RunRecord run in Done)
        {
            if (Reading.Of(run, part).Value is double value) values.Add(run.Request.Pair, value);
        }
        return values;
    }
}

/// <summary>What a reader needs to know of an arm beside its numbers.</summary>
public sealed record ArmFacts
{
    /// <summary>The arm's name.</summary>
    public required string Name { get; init; }

    /// <summary>Where it ran, as the user named it; null when it never ran.</summary>
    public string? Target { get; init; }

    /// <summary>The kernel's release; null for the model.</summary>
    public string? Kernel { get; init; }

    /// <summary>How its numbers came to be; more than one makes every row invalid.</summary>
    public required IReadOnlyList<Origin> Origins { get; init; }

    /// <summary>Runs with a result.</summary>
    public required int Done { get; init; }

    /// <summary>Runs that failed and were not made good by a later one.</summary>
    public required int Failed { get; init; }

    /// <summary>Runs in which something provably did not act.</summary>
    public required int Invalid { get; init; }
}
