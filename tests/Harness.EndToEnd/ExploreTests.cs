using System.Text.Json;

namespace Harness.EndToEnd;

/// <summary>What does the command line say of flush policies?</summary>
public sealed class ExploreTests : IDisposable
{
    private readonly CommandLine line = new();

    public void Dispose() => line.Dispose();

    [Fact]
    public void Exploring_LUF_tells_the_file_rewritten_while_a_flush_is_pending_and_exits_with_1()
    {
        Ended ended = line.Run("simulate", "--explore", "luf");
        Assert.Equal(1, ended.Code);
        Assert.Contains("with write(2)", ended.Output, StringComparison.Ordinal);
        Assert.Contains("nothing found; covered by the check for pending batches", ended.Output, StringComparison.Ordinal);
        Assert.EndsWith("luf: unsafe\n", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Exploring_batched_flushing_finds_nothing()
    {
        Ended ended = line.Run("simulate", "--explore", "batched", "--json");
        Assert.Equal(0, ended.Code);
        JsonElement found = JsonDocument.Parse(ended.Output).RootElement;
        Assert.True(found.GetProperty("safe").GetBoolean());
        Assert.True(found.GetProperty("finished").GetBoolean());
        Assert.All(found.GetProperty("findings").EnumerateArray(), finding => Assert.Equal(0, finding.GetProperty("stories").GetArrayLength()));
    }

    [Fact]
    public void The_table_of_mutants_is_the_one_in_the_model_s_README()
    {
        Ended ended = line.Run("simulate", "--mutants");
        Assert.Equal(0, ended.Code);
        string readme = File.ReadAllText(Path.Combine(Repository.Source, "Harness.Model", "README.md"));
        Assert.EndsWith(ended.Output.TrimEnd(), readme.TrimEnd(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("simulate takes a plan, or --explore POLICY, or --mutants", "simulate")]
    [InlineData("simulate takes a plan, or --explore POLICY, or --mutants", "simulate", "migrate-batching", "--mutants")]
    [InlineData("no flush policy 'lof'; there are immediate, batched, luf", "simulate", "--explore", "lof")]
    [InlineData("no kernel profile '6.13'; the model knows 6.1, 6.8, 6.8+zap-batching, 6.12, ", "simulate", "migrate-batching", "--after", "6.13")]
    [InlineData("give --pairs too", "validate", "migrate-batching", "--vcpus", "2")]
    [InlineData("give one of them", "validate", "migrate-batching", "--pairs", "2", "--session", "x")]
    public void What_cannot_be_asked_is_refused_in_one_line(string says, params string[] arguments)
    {
        Ended ended = line.Run(arguments);
        Assert.Equal(2, ended.Code);
        Assert.Contains(says, ended.LastError, StringComparison.Ordinal);
        Assert.Equal("", ended.Output);
    }
}
