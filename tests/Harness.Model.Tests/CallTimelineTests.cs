namespace Harness.Model.Tests;

/// <summary>Does simulated time pass as the steps of calls and the flushes between them say?</summary>
public sealed class CallTimelineTests
{
    private const VmaFlags ReadOnly = VmaFlags.Read | VmaFlags.Shared;
    private const int FilePages = 512;

    [Fact]
    public void A_flush_interrupts_its_target_and_its_sender_waits_for_the_rest_of_the_handler()
    {
        Kernel kernel = new SmallKernel { Profile = Profile.Parse("6.12"), TaskMms = [0, 0], Pages = 4 }.Build();
        kernel.Spaces.Add(0, new Vma(0, 4, VmaFlags.Read | VmaFlags.Write, Vma.Anonymous, 0));
        kernel.Run(0, new KernelCall(CallKind.Access, 0, 1, Value: 5));
        kernel.Run(1, new KernelCall(CallKind.Access, 0, 1, Value: 6));
        var line = new CallTimeline(kernel, [[new KernelCall(CallKind.Unmap, 0, 1)], Touches(1_000)]);
        line.Run();
        // the handler: TakeIpi 1,000 + FlushPage 510. The sender flushes its own page in the meantime, in 510.
        Assert.Equal(1_510, line.Times(1)[Component.Interrupt].Count);
        Assert.Equal(1_000, line.Times(0)[Component.Acknowledge].Count);
        Assert.Equal(10_000, line.Times(1)[Component.Touch].Count);
        // clearing one run of a small folio takes 53 + 37 − 6, sending 100, the own flush 510, freeing 137
        Assert.Equal(84 + 100 + 510 + 1_000 + 137, line.Elapsed(0).Count);
    }

    [Fact]
    public void With_interrupts_off_a_flush_waits_until_they_are_on_again()
    {
        Kernel kernel = new SmallKernel { Profile = Profile.Parse("6.12"), TaskMms = [0, 0], Pages = 4, Frames = [8] }.Build();
        kernel.Spaces.Add(0, new Vma(0, 4, VmaFlags.Read | VmaFlags.Write, Vma.Anonymous, 0));
        kernel.Run(0, new KernelCall(CallKind.Access, 0, 1, Value: 5));
        kernel.Run(1, new KernelCall(CallKind.Access, 0, 1, Value: 6));
        var line = new CallTimeline(kernel, [[new KernelCall(CallKind.Unmap, 0, 1)], [new KernelCall(CallKind.KernelPage, 1)]]);
        line.Run();
        // sent at 184; the page takes until 585: Allocate 200 + Copy 385; then comes the handler
        Assert.Equal(585 + 1_510, line.Elapsed(1).Count);
        Assert.Equal(585 + 1_510 - 184 - 510, line.Times(0)[Component.Acknowledge].Count);
    }

    [Fact]
    public void The_parts_of_every_tasks_time_add_up_to_it()
    {
        CallTimeline line = Reclaims(slowness: 4);
        for (int task = 0; task < 4; task++)
        {
            Assert.True(line.Elapsed(task).Count > 0);
            Assert.Equal(line.Elapsed(task).Count, line.Times(task).Values.Sum(part => part.Count));
        }
    }

    [Fact]
    public void Timelines_side_by_side_end_in_the_same_bytes_as_one_after_the_other()
    {
        (long Now, byte[] State)[] serial = [.. Enumerable.Range(0, 4).Select(i => Ended(1 + i))];
        var parallel = new (long Now, byte[] State)[4];
        Parallel.For(0, 4, i => parallel[i] = Ended(1 + i));
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(serial[i].Now, parallel[i].Now);
            Assert.Equal(serial[i].State, parallel[i].State);
        }
    }

    [Fact]
    public void The_longer_a_flush_takes_the_more_often_LUF_declines_a_batch()
    {
        double[] shares = [.. new[] { 1, 4, 16 }.Select(slowness => ShareDeclined(Reclaims(slowness).Kernel.Tallies))];
        Assert.True(shares[0] < shares[1] / 2 && shares[1] < shares[2] / 2, string.Join(", ", shares));
    }

    // each reclaim of 32 pages hands over a batch of 31 and one of the last
    private static double ShareDeclined(Tallies tallies) => 16.0 * tallies[Tally.GiveUps] / tallies[Tally.Reclaimed];

    private static (long Now, byte[] State) Ended(int slowness)
    {
        CallTimeline line = Reclaims(slowness);
        var state = new byte[line.Kernel.State.Bytes];
        line.Kernel.State.Save(state);
        return (line.Now, state);
    }

    /// <summary>
    /// Two kernel threads reclaim halves of a file that two threads read, on a machine whose flushes take so many times as long.
    /// </summary>
    private static CallTimeline Reclaims(int slowness)
    {
        Costs costs = Costs.Hardware with
        {
            FlushAll = Cost.Assumed(Costs.Hardware.FlushAll.Ns * slowness, "scaled"),
            ReadPage = Cost.Assumed(500, "readers about as fast as reclaim"),
            TakeIpi = Cost.Assumed(Costs.Hardware.TakeIpi.Ns * slowness, "scaled"),
        };
        Kernel kernel = new SmallKernel
        {
            Profile = Profile.Parse("6.12+luf"), TaskMms = [0, 0, -1, -1], Pages = FilePages, FilePages = FilePages, Frames = [1024],
            PerCpuLists = new PerCpuSize(15, 60, 60), Costs = costs,
        }.Build();
        kernel.Spaces.Add(0, new Vma(0, FilePages, ReadOnly, 0, 0));
        for (int page = 0; page < FilePages; page++) kernel.Run(0, new KernelCall(CallKind.Access, page));
        var line = new CallTimeline(kernel, [Reads(0), Reads(FilePages / 2), Shrinks(0), Shrinks(FilePages / 2)]);
        line.Run();
        return line;
    }

    private static IEnumerable<KernelCall> Touches(int count) => Enumerable.Repeat(new KernelCall(CallKind.Access, 1), count);

    private static IEnumerable<KernelCall> Reads(int first)
    {
        for (int i = 0; i < 20 * FilePages; i++) yield return new KernelCall(CallKind.Access, (first + i) % FilePages);
    }

    private static IEnumerable<KernelCall> Shrinks(int first)
    {
        for (int i = 0; i < 20 * FilePages / 64; i++)
        {
            yield return new KernelCall(CallKind.Reclaim, 0, first + 32 * i % (FilePages / 2), 32);
            // looks at as many pages again, none of which is to move
            yield return new KernelCall(CallKind.Migrate, 0, FilePages, 0, (int)MigrateReason.Demotion, -1);
        }
    }
}
