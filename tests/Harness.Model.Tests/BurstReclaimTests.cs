namespace Harness.Model.Tests;

/// <summary>How many flushes does LUF save when file pages are reclaimed in bursts and read back?</summary>
public sealed class BurstReclaimTests
{
    internal const int Readers = 3;
    internal const int Reclaimer = 3;
    internal const int FilePages = 2_048;
    internal const int Bursts = 8;

    [Fact]
    public void Bursts_of_read_only_file_pages_cost_LUF_at_most_15_percent_of_the_batch_flushes()
    {
        long stock = Bursty(Profile.Parse("6.12")).Tallies[Tally.BatchFlushes];
        Kernel luf = Bursty(Profile.Parse("6.12+luf"));
        Assert.True(stock > Bursts * 32, $"{stock} flushes: the bursts are too small to tell");
        Assert.True(luf.Tallies[Tally.BatchFlushes] <= 0.15 * stock, $"{luf.Tallies[Tally.BatchFlushes]} of {stock}");
        Assert.Null(luf.Oracle!.First);
    }

    [Fact]
    public void As_posted_LUF_flushes_even_less_and_readers_see_pages_that_were_given_away()
    {
        Kernel meant = Bursty(Profile.Parse("6.12+luf"));
        Kernel posted = Bursty(Profile.Parse("6.12+luf-as-posted"));
        Assert.True(posted.Tallies[Tally.BatchFlushes] < meant.Tallies[Tally.BatchFlushes]);
        Assert.Equal(Violation.GivenAway, posted.Oracle!.First?.What);
    }

    [Fact]
    public void Demoting_writable_anonymous_memory_saves_no_flush()
    {
        long stock = Demoted(Profile.Parse("6.12")).Tallies[Tally.BatchFlushes];
        Kernel luf = Demoted(Profile.Parse("6.12+luf"));
        Assert.Equal(Bursts * 512 / 32, stock);
        Assert.Equal(stock, luf.Tallies[Tally.BatchFlushes]);
        Assert.Equal(0, luf.Tallies[Tally.Lazy]);
    }

    [Fact]
    public void However_many_pages_and_takers_an_epoch_has_it_is_flushed_once()
    {
        Kernel kernel = Bursty(Profile.Parse("6.12+luf"));
        // nothing is read back before a burst is over, so that each burst is one epoch
        Assert.Equal(Bursts, kernel.Tallies[Tally.AllocationFlushes]);
        Assert.Equal(Bursts, kernel.Tallies[Tally.BatchFlushes]);
    }

    [Fact]
    public void An_ordinary_batch_flush_of_the_same_CPUs_spares_the_epoch_its_own()
    {
        Kernel kernel = Built(Profile.Parse("6.12+luf"), FilePages);
        kernel.Spaces.Add(0, new Vma(FilePages, FilePages + 1, VmaFlags.Read | VmaFlags.Write, Vma.Anonymous, 0));
        Read(kernel, 0);
        for (int reader = 0; reader < Readers; reader++) kernel.Run(reader, new KernelCall(CallKind.Access, FilePages, 1, Value: 1));
        kernel.Run(Reclaimer, new KernelCall(CallKind.Reclaim, 0, 0, 32));
        Assert.True(kernel.Policy.Pending);
        kernel.Run(Reclaimer, new KernelCall(CallKind.Migrate, FilePages, 1, 1, (int)MigrateReason.Demotion, 0));
        Assert.False(kernel.Policy.Pending);
        kernel.Run(0, new KernelCall(CallKind.Access, 0));
        Assert.Equal(0, kernel.Tallies[Tally.AllocationFlushes]);
        Assert.Equal(1, kernel.Tallies[Tally.BatchFlushes]);
    }

    /// <summary>The file is read by all, reclaimed 32 pages a call, and read again, several times.</summary>
    private static Kernel Bursty(Profile profile)
    {
        Kernel kernel = Built(profile, FilePages);
        Read(kernel, 0);
        for (int burst = 1; burst <= Bursts; burst++)
        {
            for (int first = 0; first < FilePages; first += 32) kernel.Run(Reclaimer, new KernelCall(CallKind.Reclaim, 0, first, 32));
            Read(kernel, burst);
        }
        return kernel;
    }

    /// <summary>Private memory that all write goes to the other node 32 pages a call, several times.</summary>
    private static Kernel Demoted(Profile profile)
    {
        Kernel kernel = Built(profile, 0);
        kernel.Spaces.Add(0, new Vma(0, 512, VmaFlags.Read | VmaFlags.Write, Vma.Anonymous, 0));
        for (int burst = 0; burst < Bursts; burst++)
        {
            for (int page = 0; page < 512; page++)
            {
                for (int writer = 0; writer < Readers; writer++) kernel.Run(writer, new KernelCall(CallKind.Access, page, 1, Value: burst));
            }
            for (int first = 0; first < 512; first += 32)
                kernel.Run(Reclaimer, new KernelCall(CallKind.Migrate, first, 32, (burst + 1) % 2, (int)MigrateReason.Demotion, 0));
        }
        return kernel;
    }

    /// <summary>Every reader reads pages in an order of its own, more of them than its TLB holds.</summary>
    private static void Read(Kernel kernel, int burst)
    {
        for (int read = 0; read < FilePages; read++)
        {
            for (int reader = 0; reader < Readers; reader++)
            {
                int page = TouchOrder.Page(TouchOrder.Start(1, reader), burst * FilePages + read, FilePages);
                kernel.Run(reader, new KernelCall(CallKind.Access, page));
            }
        }
    }

    internal static Kernel Built(Profile profile, int mapped)
    {
        Kernel kernel = new SmallKernel
        {
            Profile = profile,
            TaskMms = [0, 0, 0, -1],
            Pages = FilePages + 64,
            FilePages = FilePages,
            Frames = [3_072, 1_024],
            PerCpuLists = new PerCpuSize(63, 252, 252),
            Tlb = new TlbGeometry(new TlbLevel(64, 4, 32, 4), new TlbLevel(4, 4, 4, 4), new TlbLevel(512, 8, 512, 8, shared: true)),
        }.Build();
        if (mapped > 0) kernel.Spaces.Add(0, new Vma(0, mapped, VmaFlags.Read | VmaFlags.Shared, 0, 0));
        return kernel;
    }
}
