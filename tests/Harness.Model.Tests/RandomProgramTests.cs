namespace Harness.Model.Tests;

/// <summary>
/// Does every load see what was stored last, whatever a policy puts off? Programs run one call at a time, so that there is one right answer
/// for each load. With <see cref="RandomProgramInterleavedTests"/> these are over a hundred million accesses under the oracle.
/// </summary>
public sealed class RandomProgramTests
{
    internal const long Budget = 17_000_000;

    /// <summary>
    /// MIGRC is run without write(2) and without shared stores: a search of all interleavings finds that a page which is demoted, then
    /// changed in either way, is still read from the frame that was kept (see <see cref="Scenes.DemotedFileRewritten"/>,
    /// <see cref="Scenes.WriteFault"/>).
    /// </summary>
    internal const LeftOut UnsafeWithMigrc = LeftOut.FileWrites | LeftOut.SharedStores;

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    [InlineData("immediate")]
    [InlineData("6.12+luf")]
    [InlineData("6.12+migrc")]
    public void Every_load_sees_what_memory_without_TLBs_would_hold(string policy)
    {
        RandomProgram program = Program(policy, seed: 1);
        program.RunSerially(Budget);
        Assert.Equal("", program.Wrong ?? "");
        Assert.Null(program.Kernel.Oracle!.First);
        Assert.True(program.Accesses >= Budget);
        Assert.Equal(program.Expected(), program.Contents());
        AssertBalanced(program);
    }

    [Fact]
    public void The_final_contents_are_the_same_under_every_policy()
    {
        // left out for all what is left out for MIGRC, so that all run one program
        long[][] contents = [.. new[] { "6.1", "6.12", "immediate", "6.12+luf", "6.12+migrc" }.Select(policy =>
        {
            var program = new RandomProgram(ProfileOf(policy), seed: 2, UnsafeWithMigrc);
            program.RunSerially(1_000_000);
            return program.Contents();
        })];
        Assert.Contains(contents[0], value => value > 0);
        Assert.All(contents, other => Assert.Equal(contents[0], other));
    }

    [Fact]
    public void A_tag_lost_at_the_drain_is_caught_by_the_oracle()
    {
        var program = new RandomProgram(AsPosted, seed: 1);
        program.RunSerially(Budget);
        Assert.Equal(Violation.GivenAway, program.Kernel.Oracle!.First?.What);
    }

    [Fact]
    public void A_tag_lost_at_the_drain_lets_a_load_see_something_else()
    {
        var program = new RandomProgram(AsPosted, seed: 1, oracle: false);
        program.RunSerially(Budget);
        Assert.NotNull(program.Wrong);
    }

    [Fact]
    public void A_writable_mapping_that_LUF_overlooks_is_caught_by_the_oracle()
    {
        Profile overlooks = ProfileOf("6.12+luf") with { Luf = new LufRules().WithMissingTriggers() with { CountUndeferred = false } };
        var program = new RandomProgram(overlooks, seed: 1);
        program.RunSerially(Budget);
        Assert.Equal(Violation.Rewritten, program.Kernel.Oracle!.First?.What);
    }

    /// <summary>LUF with every trigger it needs, but with tags that are lost when a per-CPU list is drained.</summary>
    internal static Profile AsPosted =>
        Profile.Parse("6.12+luf") with { Luf = new LufRules { DrainKeepsTag = false }.WithMissingTriggers() };

    internal static RandomProgram Program(string policy, ulong seed) =>
        new(ProfileOf(policy), seed, policy == "6.12+migrc" ? UnsafeWithMigrc : LeftOut.Nothing);

    /// <summary>At rest every frame is in use, kept by the policy, or free; and all come back when nothing needs them any more.</summary>
    internal static void AssertBalanced(RandomProgram program)
    {
        Assert.False(Audit.Leaks(program.Kernel));
        Assert.Equal(program.UnusedFrames(), program.FreeFrames());
        program.TearDown();
        int kept = Enumerable.Range(0, program.Kernel.Frames.Count).Count(program.Kernel.Policy.Holds);
        Assert.Equal(program.Kernel.Frames.Count - kept, program.FreeFrames());
    }

    private static Profile ProfileOf(string policy) => policy switch
    {
        "immediate" => Profile.Parse("6.12") with { Policy = PolicyKind.Immediate },
        "6.12+luf" => Profile.Parse(policy) with { Luf = new LufRules().WithMissingTriggers() },
        _ => Profile.Parse(policy),
    };
}
