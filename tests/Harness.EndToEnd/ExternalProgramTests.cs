using System.Text.Json;

namespace Harness.EndToEnd;

/// <summary>Does a plan run other people's real programs on this host, from its text to its table?</summary>
public sealed class ExternalProgramTests : IDisposable
{
    private readonly CommandLine line = new();

    public void Dispose() => line.Dispose();

    [Fact]
    public void Stress_ng_runs_from_the_shipped_plan_and_its_output_is_kept()
    {
        Ended ended = line.Run("run", "stress-ng", "--pairs", "1", "--set", "seconds=1", "--set", "size=8MiB", "--json");
        Assert.True(ended.Code == 0, ended.Errors);
        using JsonDocument compared = JsonDocument.Parse(ended.Output);
        JsonElement rate = compared.RootElement.GetProperty("rows").EnumerateArray()
            .Single(row => row.GetProperty("counter").GetString() == "workload.bogo_ops_per_second");
        Assert.True(rate.GetProperty("before").GetProperty("median").GetDouble() > 0);
        Assert.True(rate.GetProperty("after").GetProperty("median").GetDouble() > 0);
        string[] kept = Directory.GetFiles(Path.Combine(line.Home, "sessions"), "*-output.txt", SearchOption.AllDirectories);
        Assert.Equal(2, kept.Length);
        Assert.All(kept, file => Assert.Contains("bogo ops", File.ReadAllText(file), StringComparison.Ordinal));
    }

    [Fact]
    public void The_README_s_plan_of_a_command_runs()
    {
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "workloads", "command", "README.md"));
        Directory.CreateDirectory(line.Home);
        string plan = Path.Combine(line.Home, "copy.yaml");
        File.WriteAllText(plan, readme.Split("```yaml\n")[1].Split("```")[0]);
        Ended ended = line.Run("run", plan, "--pairs", "1");
        Assert.True(ended.Code == 0, ended.Errors);
        Assert.Contains("workload.elapsed", ended.Output, StringComparison.Ordinal);

        Ended elsewhere = line.Run("run", plan, "--pairs", "1", "--program", "dd=/nowhere/dd");
        Assert.Equal(3, elsewhere.Code);
        Assert.Contains("program /nowhere/dd is not on this host; run: apt-get install coreutils", elsewhere.LastError, StringComparison.Ordinal);

        Ended other = line.Run("run", plan, "--program", "cp=/bin/cp");
        Assert.Equal(2, other.Code);
        Assert.Contains("workload command runs dd, not 'cp'", other.LastError, StringComparison.Ordinal);
    }
}
