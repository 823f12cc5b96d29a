using Harness.Records;

namespace Harness.Experiments.Tests;

/// <summary>Which runs are invalid, when the host's proofs of the knobs and the plan's expectations are put together?</summary>
public sealed class PlanProofTests
{
    private const string Setting = "demotion_enabled=true";

    private static readonly ModeProof Broken = new()
    {
        Setting = Setting, Expected = ["vmstat.pgdemote_kswapd"], Acted = false, Why = Setting + " did not act: pgdemote_kswapd stayed 0",
    };

    [Fact]
    public void A_knob_that_did_not_act_makes_the_run_invalid_with_its_sentence()
    {
        RunRecord judged = Judge([], Broken);
        Assert.Equal((RunState.Invalid, Broken.Why), (judged.State, judged.Why));
        Assert.Equal(["demotion_enabled=true", "plan"], judged.Proofs.Select(proof => proof.Setting));
    }

    [Fact]
    public void When_all_acted_the_run_is_done_and_carries_what_moved()
    {
        RunRecord judged = Judge([], Broken with { Acted = true, Why = "pgdemote_kswapd +5" });
        Assert.Equal((RunState.Done, null), (judged.State, judged.Why));
        Assert.Equal(["pgdemote_kswapd +5", "pgmigrate_success +42"], judged.Proofs.Select(proof => proof.Why));
    }

    [Theory]
    [InlineData("demotion_enabled")]
    [InlineData(Setting)]
    public void A_plan_drops_a_proof_that_its_workload_cannot_give(string key)
    {
        RunRecord judged = Judge(new() { [key] = [] }, Broken);
        Assert.Equal(RunState.Done, judged.State);
        Assert.Equal("plan", Assert.Single(judged.Proofs).Setting);
    }

    [Fact]
    public void A_plan_drops_the_proof_of_one_value_and_keeps_those_of_others() =>
        Assert.Equal(RunState.Invalid, Judge(new() { ["demotion_enabled=false"] = [] }, Broken).State);

    [Theory]
    [InlineData("vmstat.pgdemote_kswapd + vmstat.pgmigrate_success", RunState.Done, "pgmigrate_success +42")]
    [InlineData("vmstat.pgdemote_kswapd", RunState.Invalid, Setting + " did not act: pgdemote_kswapd was not counted")]
    public void A_plan_puts_its_own_proof_in_the_place_of_a_knobs(string sum, RunState state, string why)
    {
        RunRecord judged = Judge(new() { ["demotion_enabled"] = [sum] }, Broken);
        Assert.Equal(state, judged.State);
        ModeProof own = judged.Proofs.Single(proof => proof.Setting == Setting);
        Assert.Equal(why, own.Why);
        Assert.Equal([sum], own.Expected);
    }

    [Fact]
    public void The_model_sets_no_knob_and_is_held_to_mustMove_alone()
    {
        RunRecord judged = Judge(new() { ["demotion_enabled"] = ["vmstat.pgdemote_kswapd"] }, proof: null, Origin.Modelled);
        Assert.Equal(RunState.Done, judged.State);
        Assert.Equal("plan", Assert.Single(judged.Proofs).Setting);
    }

    [Theory]
    [InlineData("before", RunState.Invalid)]
    [InlineData("after", RunState.Done)]
    public void What_must_move_in_one_arm_need_not_in_another(string arm, RunState state)
    {
        RunRecord judged = Judge([], proof: null, expecting: arm);
        Assert.Equal(state, judged.State);
        Assert.Equal("vmstat.pgmigrate_success", judged.Proofs.Single().Expected[0]); // the plan's own goes on
    }

    private static RunRecord Judge(Dictionary<string, IReadOnlyList<string>> own, ModeProof? proof, Origin origin = Origin.Emulated, string? expecting = null)
    {
        Plan plan = TempHome.Shipped.Plan with { Proof = own };
        Arm[] arms = [.. plan.Arms.Select(arm => arm.Name == expecting ? arm with { MustMove = ["vmstat.pgpromote_success"] } : arm)];
        plan = plan with { Arms = arms };
        RunRequest request = new()
        {
            Session = "s",
            Plan = plan.Name,
            Arm = "before",
            Pair = 0,
            Sequence = 0,
            Seed = 1,
            Workload = plan.Workload,
            Parameters = plan.Parameters,
            Command = new WorkloadCommand { Program = "p", Arguments = [] },
            MetricUnits = new Dictionary<string, string>(),
            Knobs = [new KnobSetting("demotion_enabled", "true")],
            DeadlineSeconds = 1,
        };
        return PlanProofs.Judge(plan, Bench.Record(request, 42) with { Origin = origin, Proofs = proof is null ? [] : [proof] });
    }
}
