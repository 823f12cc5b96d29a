namespace Harness.Model.Tests;

/// <summary>Does the explorer see what there is to see, and nothing else?</summary>
public sealed class ExplorerTests
{
    private static readonly Profile Batched = Profile.Parse("6.12");
    private static readonly Profile Luf = Profile.Parse("6.12+luf");

    [Theory]
    [InlineData(1, 1, 10)]
    [InlineData(2, 1, 20)]
    [InlineData(2, 2, 60)]
    public void Two_CPUs_that_do_not_meet_make_the_product_of_their_states(int first, int second, int atMost)
    {
        // a nap is two steps: awake, asleep, awake again with one call less
        var nap = new KernelCall(CallKind.Nap);
        Scene scene = Small(Batched, new Menu([nap], first), new Menu([nap], second));
        Exploration exploration = Explorer.Explore(scene);
        Assert.True(exploration.Finished);
        Assert.Empty(exploration.Found);
        Assert.Equal((2 * first + 1) * (2 * second + 1), exploration.States);
        Assert.True(exploration.States <= atMost);
    }

    [Fact]
    public void A_search_that_must_stop_says_so()
    {
        Exploration exploration = Explorer.Explore(Scenes.Everything(Batched), most: 10_000);
        Assert.False(exploration.Finished);
        Assert.True(exploration.States > 10_000);
    }

    [Fact]
    public void The_same_scene_gives_the_same_exploration()
    {
        Exploration one = Explorer.Explore(Scenes.FileRewritten(Luf));
        Exploration two = Explorer.Explore(Scenes.FileRewritten(Luf));
        Assert.Equal(one.States, two.States);
        Assert.Equal(one.Found.Single().Moves, two.Found.Single().Moves);
    }

    [Fact]
    public void Replaying_the_moves_of_a_counterexample_shows_it_again()
    {
        Scene scene = Scenes.KernelReuse(Luf with { Luf = new LufRules { FlushBeforeAllocation = false } });
        Counterexample found = Explorer.Explore(scene).Found.Single();
        Kernel kernel = scene.Build();
        foreach (Move move in found.Moves)
        {
            Assert.Null(kernel.Oracle!.First);
            Explorer.Make(kernel, scene, move);
        }
        Assert.Equal(found.Report, kernel.Oracle!.First);
        Assert.Equal(Violation.GivenAway, found.Report!.Value.What);
    }

    [Fact]
    public void A_counterexample_is_told_as_a_numbered_story_that_names_CPU_step_and_page()
    {
        Scene scene = Scenes.FileRewritten(Luf);
        IReadOnlyList<string> story = Story.Tell(scene, Explorer.Explore(scene).Found.Single());
        Assert.Equal(
            [
                "1. CPU 2 (kernel thread) reclaims file page 0: clears the PTE of page 0 (frame 2), takes file page 0 out of the page cache",
                "2. CPU 0 writes 7 to file page 0 with write(2): reads file page 0 into frame 0, writes 7 into frame 0",
                "3. CPU 2 (kernel thread) goes on: leaves the flush for later",
                "4. CPU 1 reads page 0:",
                "5. Wrong: CPU 1 reads page 0 through an old translation to frame 2 and sees 100; the page holds 7",
            ],
            story);
    }

    [Fact]
    public void Two_CPUs_that_wait_for_each_other_are_a_deadlock()
    {
        Counterexample found = Explorer.Explore(Scenes.Atomic(Luf)).Found.Single();
        Assert.Equal(Fault.Deadlock, found.Fault);
    }

    [Fact]
    public void A_cancelled_search_ends() => Assert.Throws<OperationCanceledException>(
        () => Explorer.Explore(Scenes.Everything(Batched), cancel: new CancellationToken(canceled: true)));

    private static Scene Small(Profile profile, params Menu[] menus) => new()
    {
        Name = "small",
        Kernel = new SmallKernel { Profile = profile, TaskMms = [.. menus.Select(_ => 0)] },
        Ranges = [],
        Menus = menus,
    };
}
