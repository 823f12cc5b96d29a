using Harness.Records;

namespace Harness.Experiments;

/// <summary>What a target is asked for an arm of a plan.</summary>
public static class RunRequests
{
    /// <summary>The request of one run.</summary>
    /// <param name="session">The session's id.</param>
    /// <param name="loaded">The plan and what it runs.</param>
    /// <param name="arm">The arm.</param>
    /// <param name="pair">The pair this run is one side of, from 0.</param>
    /// <param name="sequence">Its place in the session's order, from 0.</param>
    /// <param name="seed">Seed of its random choices.</param>
    public static RunRequest Of(string session, LoadedPlan loaded, Arm arm, int pair, int sequence, ulong seed)
    {
        Plan plan = loaded.Plan;
        Workload workload = loaded.WorkloadOf(arm);
        IReadOnlyDictionary<string, string> parameters = workload.Fill(plan, arm, seed);
        return new RunRequest
        {
            Session = session,
            Plan = plan.Name,
            Arm = arm.Name,
            Pair = pair,
            Sequence = sequence,
            Seed = seed,
            Workload = workload.Name,
            Parameters = parameters,
            Command = workload.Command(parameters),
            MetricUnits = workload.MetricUnits,
            Knobs = [.. plan.Knobs.Where(k => arm.Knobs.All(a => a.Knob != k.Knob)), .. arm.Knobs],
            Actions = plan.Actions,
            Events = plan.Events,
            TimelineSeconds = plan.TimelineSeconds,
            TimelineCounters = [.. plan.Counters.Select(counter => counter.Name).Where(CounterNames.CanBeSampled)],
            DeadlineSeconds = plan.DeadlineSeconds,
        };
    }
}
