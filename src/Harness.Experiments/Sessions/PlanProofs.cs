using Harness.Records;

namespace Harness.Experiments;

/// <summary>Joins what a host has shown of a run's knobs with what the plan expects of the run's counters.</summary>
internal static class PlanProofs
{
    /// <summary>What <see cref="ModeProof.Setting"/> says of the plan's own expectations.</summary>
    private const string OfPlan = "plan";

    /// <summary>The record with all its proofs, marked invalid when one of them failed.</summary>
    public static RunRecord Judge(Plan plan, RunRecord record)
    {
        IEnumerable<string> ofArm = plan.Arms.FirstOrDefault(arm => arm.Name == record.Request.Arm)?.MustMove ?? [];
        string[] mustMove = [.. plan.MustMove.Union(ofArm, StringComparer.Ordinal)];
        ModeProof[] proofs =
        [
            .. record.Proofs.Where(proof => InPlan(plan, proof.Setting) is null),
            .. record.Request.Knobs.Select(knob => $"{knob.Knob}={knob.Value}").SelectMany(setting => InsteadOf(plan, setting, record)),
            .. mustMove.Length == 0 ? [] : new[] { Of(OfPlan, mustMove, record) },
        ];
        record = record with { Proofs = proofs };
        string[] failed = [.. proofs.Where(proof => !proof.Acted).Select(proof => proof.Why)];
        return failed.Length == 0 ? record : record with { State = RunState.Invalid, Why = string.Join("; ", failed) };
    }

    private static IReadOnlyList<string>? InPlan(Plan plan, string setting) =>
        plan.Proof.GetValueOrDefault(setting) ?? plan.Proof.GetValueOrDefault(setting.Split('=')[0]);

    /// <summary>The plan's proof of a setting: none where it has none or drops it, nor for the model, which sets no knob.</summary>
    private static IEnumerable<ModeProof> InsteadOf(Plan plan, string setting, RunRecord record)
    {
        if (record.Origin == Origin.Modelled) yield break;
        if (InPlan(plan, setting) is { Count: > 0 } expected) yield return Of(setting, expected, record);
    }

    private static ModeProof Of(string setting, IReadOnlyList<string> expected, RunRecord record)
    {
        CounterMove[] moves = [.. expected.Select(sum => new CounterSum(sum).In(record.Counters))];
        string[] still = [.. moves.Where(move => !move.Moved).Select(move => move.Words)];
        string subject = setting == OfPlan ? "the plan's mustMove is not met" : $"{setting} did not act";
        return new ModeProof
        {
            Setting = setting,
            Expected = expected,
            Acted = still.Length == 0,
            Why = still.Length == 0
                ? string.Join(", ", moves.Select(move => move.Words))
                : $"{subject}: {string.Join(", ", still)}",
        };
    }
}
