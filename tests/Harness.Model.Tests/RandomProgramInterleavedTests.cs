using static Harness.Model.Tests.RandomProgramTests;

namespace Harness.Model.Tests;

/// <summary>Is nothing wrong seen, and does nobody wait forever, when calls of all CPUs run step by step among each other?</summary>
public sealed class RandomProgramInterleavedTests
{
    private const long Share = 4_000_000;

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    [InlineData("immediate")]
    [InlineData("6.12+luf")]
    [InlineData("6.12+migrc")]
    public void No_interleaving_shows_a_stale_page_or_ends_in_a_deadlock(string policy)
    {
        RandomProgram program = Program(policy, seed: 1);
        program.RunInterleaved(Share);
        Assert.True(program.Kernel.Oracle!.First is null, program.Kernel.Oracle.First.ToString());
        Assert.True(program.Accesses >= Share);
        AssertBalanced(program);
    }

    [Fact]
    public void A_tag_lost_at_the_drain_is_caught_among_interleaved_calls_too()
    {
        Report? first = null;
        for (ulong seed = 1; first is null && seed <= 8; seed++)
        {
            var program = new RandomProgram(AsPosted, seed);
            program.RunInterleaved(Share / 2);
            first = program.Kernel.Oracle!.First;
        }
        Assert.Equal(Violation.GivenAway, first?.What);
    }
}
