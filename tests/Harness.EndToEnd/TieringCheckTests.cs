using System.Text.Json;

namespace Harness.EndToEnd;

/// <summary>Is tiering that cannot act called invalid, and tiering that acts ok, on the real kernels?</summary>
public sealed class TieringCheckTests : IDisposable
{
    private readonly CommandLine line = new();

    public void Dispose() => line.Dispose();

    [Fact]
    public void Mode_2_and_demotion_are_invalid_in_the_one_tier_of_6_1_and_ok_in_the_two_of_6_12()
    {
        Ended ended = line.Run("run", "tiering-check", "--arm", "before=vm:6.1", "--arm", "after=vm:6.12", "--pairs", "1");
        Assert.True(ended.Code == 4, ended.Errors);
        string flat = string.Join(' ', ended.Output.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(
            "before vm:6.1 invalid: numa_balancing=2 did not act: all nodes lie in one memory tier (memory_tier4: nodes 0-1)", flat, StringComparison.Ordinal);
        Assert.Contains("demotion_enabled=true did not act: all nodes lie in one memory tier", flat, StringComparison.Ordinal);
        Assert.True(flat.Contains("after vm:6.12 ok: numa_pte_updates +", StringComparison.Ordinal), ended.Errors);
        Assert.Contains("the model has no program for tiering-check", flat, StringComparison.Ordinal);

        // The object holds the same, and what the sentences rest on.
        Ended compared = line.Run("compare", "--json");
        Assert.True(compared.Code == 4, compared.Errors);
        using JsonDocument comparison = JsonDocument.Parse(compared.Output);
        Assert.All(comparison.RootElement.GetProperty("rows").EnumerateArray(), row => Assert.Equal("invalid", row.GetProperty("verdict").GetString()));
        JsonElement[] arms = [.. comparison.RootElement.GetProperty("proofs").EnumerateArray()];
        Assert.Equal(["before invalid", "after ok"], arms.Select(arm => $"{arm.GetProperty("arm")} {arm.GetProperty("verdict")}"));
        Assert.Equal(
            ["numa_balancing=2 False", "demotion_enabled=true False", "plan False"],
            arms[0].GetProperty("proofs").EnumerateArray().Select(proof => $"{proof.GetProperty("setting")} {proof.GetProperty("acted")}"));

        // On 6.12 pages went both ways; on 6.1 the same workload ran and none did.
        string session = Assert.Single(Directory.GetDirectories(Path.Combine(line.Home, "sessions")));
        string runs = Path.Combine(session, "runs");
        Assert.True(Counter(runs, "after", "vmstat.pgpromote_success") > 0);
        Assert.True(Counter(runs, "after", "vmstat.pgdemote_kswapd") + Counter(runs, "after", "vmstat.pgdemote_direct") > 0);
        Assert.True(Counter(runs, "after", "workload.hot_on_fast") > 0);
        Assert.Equal(0, Counter(runs, "before", "vmstat.pgpromote_success"));
        Assert.Equal(0, Counter(runs, "before", "workload.hot_on_fast"));
        Assert.True(Counter(runs, "before", "workload.hot_touches") > 0);

        // The same 6.1 with its slow node on line through device-dax: there it goes both ways too.
        Assert.True(Counter(runs, "dax", "vmstat.pgpromote_success") > 0);
        Assert.True(Counter(runs, "dax", "vmstat.pgdemote_kswapd") + Counter(runs, "dax", "vmstat.pgdemote_direct") > 0);
    }

    [Theory]
    [InlineData("simulate", "tiering-check")]
    [InlineData("run", "tiering-check", "--arm", "after=model:6.12")]
    public void A_workload_that_the_model_does_not_know_is_refused_before_anything_runs(params string[] words)
    {
        Ended refused = line.Run(words);
        Assert.Equal(2, refused.Code);
        Assert.Contains("the model has no program for tiering-check; it has migrate-pingpong", refused.LastError, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(line.Home, "sessions")));
    }

    private static double Counter(string runs, string arm, string name)
    {
        using JsonDocument run = JsonDocument.Parse(File.ReadAllText(Assert.Single(Directory.GetFiles(runs, $"*-{arm}.json"))));
        return run.RootElement.GetProperty("counters").EnumerateArray()
            .Single(counter => counter.GetProperty("name").GetString() == name).GetProperty("value").GetDouble();
    }
}
