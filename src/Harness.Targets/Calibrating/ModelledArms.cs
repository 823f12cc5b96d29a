using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Harness.Records;

namespace Harness.Targets;

/// <summary>An arm of a session.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Shape">Its shape; null for the plan's own.</param>
/// <param name="Arm">The arm.</param>
public readonly record struct SessionArm(string Plan, string? Shape, string Arm);

/// <summary>
/// The model on the arms of several sessions, asked over and over with other constants. Each time it makes the runs of the same few pairs,
/// with their seeds, and gives the mean: smoother than a median, and what is left of chance is the same for all constants.
/// </summary>
public sealed class ModelledArms
{
    private const int Seeds = 2;    // assumed: enough that one unlucky race does not decide a slope, and few enough to wait for

    private readonly Dictionary<SessionArm, List<(ModelSetup Setup, RunRequest Request)>> runs = [];

    /// <summary>Takes the runs that are to be modelled from sessions.</summary>
    /// <exception cref="UsageException">There is none that the model has a program for.</exception>
    public ModelledArms(IReadOnlyList<MeasuredSession> sessions)
    {
        foreach (MeasuredSession session in sessions)
        {
            foreach (IGrouping<string, RunRecord> arm in session.Records.GroupBy(record => record.Request.Arm))
            {
                List<(ModelSetup, RunRequest)> first =
                [
                    .. arm.OrderBy(record => record.Request.Pair).DistinctBy(record => record.Request.Seed)
                        .Select(record => (Setup: Prediction.SetupOf(record, session.Guest), record.Request))
                        .Where(run => run.Setup is not null).Take(Seeds).Select(run => (run.Setup!, run.Request)),
                ];
                if (first.Count > 0) runs.Add(new SessionArm(session.Plan, session.Shape, arm.Key), first);
            }
        }
        if (runs.Count == 0)
            throw new UsageException("nothing to fit: the model has no program for these plans' workloads, or no run is done");
    }

    /// <summary>What may be fitted.</summary>
    public IReadOnlyList<FreeParameter> Parameters => FittedMachine.Parameters(runs.Values.First()[0].Setup.Machine);

    /// <summary>The mean of each counter, by arm and name.</summary>
    /// <param name="constants">Values of free constants; the others are as assumed.</param>
    /// <param name="arms">The arms to model.</param>
    /// <param name="cancel">Ends it.</param>
    public IReadOnlyDictionary<(SessionArm Arm, string Counter), double> Means(
        IReadOnlyDictionary<string, double> constants, IEnumerable<SessionArm> arms, CancellationToken cancel)
    {
        ConcurrentBag<(SessionArm Arm, int Of, RunRecord Record)> done = [];
        var asked = arms.Distinct().Where(runs.ContainsKey)
            .SelectMany(arm => runs[arm].Select(run => (Arm: arm, Of: runs[arm].Count, Run: run)));
        ParallelOptions options = new() { CancellationToken = cancel, MaxDegreeOfParallelism = Environment.ProcessorCount };
        try
        {
            Parallel.ForEach(asked, options, one =>
                done.Add((one.Arm, one.Of, one.Run.Setup.Run(one.Run.Request, constants, cancel))));
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
        return done
            .SelectMany(one => one.Record.Counters
                .Select(counter => (Key: (one.Arm, counter.Name), Value: (counter.Value ?? 0) / one.Of)))
            .GroupBy(one => one.Key, one => one.Value)
            // in order of size, so that the sum is the same whichever run ended first
            .ToDictionary(counter => counter.Key, counter => counter.Order().Sum());
    }
}
