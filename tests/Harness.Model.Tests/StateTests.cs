using static Harness.Model.Tests.RangeCases;
using static Harness.Model.VmaFlags;

namespace Harness.Model.Tests;

/// <summary>A saved state is all there is: resumed elsewhere it goes on alike, and equal situations are equal bytes.</summary>
public class StateTests
{
    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    [InlineData("6.12+luf")]
    [InlineData("6.12+migrc")]
    public void Reclaim_goes_on_alike_from_every_step(string profile) =>
        AssertResumable(profile, task: 2, new KernelCall(CallKind.Reclaim, 0, 0, 4));

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    [InlineData("6.12+luf")]
    [InlineData("6.12+migrc")]
    public void Migration_goes_on_alike_from_every_step(string profile) =>
        AssertResumable(profile, task: 2, new KernelCall(CallKind.Migrate, 0, 8, 1, (int)MigrateReason.Demotion));

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    [InlineData("6.12+luf")]
    [InlineData("6.12+migrc")]
    public void Munmap_goes_on_alike_from_every_step(string profile) =>
        AssertResumable(profile, task: 0, new KernelCall(CallKind.Unmap, 0, 8));

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void A_copying_fault_goes_on_alike_from_every_step(string profile) =>
        AssertResumable(profile, task: 0, new KernelCall(CallKind.Access, 2, 1, Value: 9));

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void Mprotect_goes_on_alike_from_every_step(string profile) =>
        AssertResumable(profile, task: 0, new KernelCall(CallKind.Protect, 0, 8, (int)Read));

    [Fact]
    public void Invalidation_goes_on_alike_from_every_step() =>
        AssertResumable("6.12", task: 1, new KernelCall(CallKind.Invalidate, 0, 1, Value: 9));

    [Theory]
    [InlineData(nameof(CallKind.KernelPage), 0, 0)]
    [InlineData(nameof(CallKind.Reclaim), 8, 0)]
    [InlineData(nameof(CallKind.Migrate), 8, 1)]
    [InlineData(nameof(CallKind.Unmap), 8, 0)]
    [InlineData(nameof(CallKind.Map), 8, 1)]
    [InlineData(nameof(CallKind.Protect), 8, 1)]
    [InlineData(nameof(CallKind.Scan), 8, 0)]
    [InlineData(nameof(CallKind.Write), 3, 0)]
    [InlineData(nameof(CallKind.Invalidate), 3, 0)]
    public void Which_task_made_a_call_does_not_show(string kind, int b, int c)
    {
        foreach (string profile in (string[])["6.1", "6.12", "6.12+migrc"]) Assert.Equal(MadeBy(profile, 0), MadeBy(profile, 1));

        byte[] MadeBy(string profile, int task)
        {
            // the per-CPU free lists of 6.12 count what each CPU frees in a row, and so tell CPUs apart
            Kernel kernel = Scene(profile, PerCpuTuning.Fixed);
            kernel.Run(task, new KernelCall(Enum.Parse<CallKind>(kind), 0, b, c, (int)MigrateReason.Demotion));
            return kernel.SaveState();
        }
    }

    [Fact]
    public void In_which_order_pages_were_reclaimed_shows_only_in_the_order_of_a_free_list()
    {
        // file pages in two frames of different nodes, so that there is one free list for each
        Assert.Equal(ReclaimedIn(0, 1), ReclaimedIn(1, 0));

        static byte[] ReclaimedIn(int first, int second)
        {
            Kernel kernel = (On("6.1") with { Frames = [1, 1] }).Build();
            kernel.CacheFolio(0);
            kernel.CacheFolio(1);
            kernel.Reclaim(0, first, 1);
            kernel.Reclaim(1, second, 1);
            kernel.AssertBalanced();
            return kernel.SaveState();
        }
    }

    [Theory]
    [InlineData(nameof(CallKind.Reclaim))]
    [InlineData(nameof(CallKind.Migrate))]
    [InlineData(nameof(CallKind.Scan))]
    [InlineData(nameof(CallKind.Unmap))]
    public void A_call_that_finds_nothing_to_do_leaves_the_state_as_it_was(string kind)
    {
        Kernel kernel = On("6.12").Build().FileRange(0, 2);
        byte[] before = kernel.SaveState();
        kernel.Run(0, new KernelCall(Enum.Parse<CallKind>(kind), kind == nameof(CallKind.Unmap) ? 2 : 0, 2, 2));
        Assert.Equal(before, kernel.SaveState());
        kernel.AssertBalanced();
    }

    [Fact]
    public void By_which_ranges_and_tasks_memory_was_mapped_and_unmapped_does_not_show()
    {
        Assert.Equal(Unmapped(mapper: 0, start: 2), Unmapped(mapper: 1, start: 3));

        static byte[] Unmapped(int mapper, int start)
        {
            Kernel kernel = On("6.1").Build().FileRange(0, 2);
            kernel.Run(mapper, new KernelCall(CallKind.Map, start, 4 - start, (int)(Read | Write), Vma.Anonymous));
            kernel.Store(0, 3, 7);
            kernel.Munmap(mapper, start, 4 - start);
            kernel.AssertBalanced();
            return kernel.SaveState();
        }
    }

    /// <summary>
    /// Saves before every step, resumes on a kernel just built, runs both to the end, and lets both go on with another call: the states and
    /// the counts are the same.
    /// </summary>
    private static void AssertResumable(string profile, int task, KernelCall call)
    {
        Kernel whole = Scene(profile);
        List<(byte[] State, byte[] Tallies)> saved = [];
        whole.Begin(task, call);
        do
        {
            saved.Add((whole.SaveState(), whole.SaveTallies()));
        }
        while (whole.Advance(task));
        Finish(whole);
        byte[] state = whole.SaveState();
        byte[] tallies = whole.SaveTallies();
        Assert.True(saved.Count > 3);
        foreach ((byte[] State, byte[] Tallies) point in saved)
        {
            Kernel resumed = Built(profile);
            resumed.State.Resume(point.State);
            resumed.Tallies.Arrays.Resume(point.Tallies);
            resumed.FinishCall(task);
            Finish(resumed);
            Assert.Equal(state, resumed.SaveState());
            Assert.Equal(tallies, resumed.SaveTallies());
        }

        // what comes later must not remember either
        static void Finish(Kernel kernel)
        {
            kernel.Load(1, 7);
            kernel.Munmap(0, 0, 8);
            kernel.Run(2, new KernelCall(CallKind.KernelPage, Value: 5));
        }
    }

    private static Kernel Built(string profile, PerCpuTuning? lists = null)
    {
        SmallKernel small = On(profile) with { TaskMms = [0, 0, -1], Pages = 8, FilePages = 8, Frames = [16, 16] };
        return (small with { Profile = small.Profile with { PerCpuLists = lists ?? small.Profile.PerCpuLists } }).Build();
    }

    /// <summary>Three pages of a file, one dirty, a large folio of it, and anonymous memory; most of it loaded by both CPUs.</summary>
    private static Kernel Scene(string profile, PerCpuTuning? lists = null)
    {
        Kernel kernel = Built(profile, lists).FileRange(0, 2, Read | Write | Shared);
        kernel.Spaces.Add(0, new Vma(2, 6, Read | Write, 0, 2));
        kernel.AnonymousRange(6, 8);
        kernel.Store(0, 0, 7);
        kernel.Load(0, 1);
        kernel.MapFolio(2, order: 1);
        for (int page = 0; page < 8; page++) kernel.Load(page & 1, page);
        kernel.Tallies.Clear();
        kernel.AssertBalanced();
        return kernel;
    }
}
