namespace Harness.Model.Tests;

/// <summary>Who has a CPU where threads, kswapd and the host's cores are shared, and what flushes then do.</summary>
public sealed class TieringSharingTests
{
    private const int Pages = 64;

    private static readonly PageArea Memory = new(0, 0, Pages, File: false, Writable: true);

    [Fact]
    public void Threads_that_share_a_CPU_take_turns_of_a_slice_and_go_to_an_idle_one()
    {
        TieringKernel kernel = Kernel(AnonymousCases.Machine(cpus: 2), threads: 3);
        long slice = kernel.Costs.GuestSlice.Ns;
        int[] cpus = new int[3];
        for (int turn = 0; turn < 3; turn++)
        {
            kernel.Clock.Next();
            int thread = kernel.Clock.Actor;
            if (kernel.Cpus.TryRun(0, out cpus[thread]))
            {
                kernel.Clock.Spend(Component.Touch, slice);
                kernel.Cpus.Used(cpus[thread]);
            }
            else cpus[thread] = -1;
            kernel.Clock.Yield();
        }
        // two CPUs are taken, so the third thread waits
        Assert.Equal([0, 1, -1], cpus);
        int took = -1;
        for (int turn = 0; turn < 1_000 && took < 0; turn++)
        {
            kernel.Clock.Next();
            bool runs = kernel.Cpus.TryRun(0, out int cpu);
            if (runs && kernel.Clock.Actor == 2) took = cpu;
            else if (runs) kernel.Clock.Spend(Component.Touch, slice / 8);
            kernel.Clock.Yield();
        }
        Assert.Equal((0, true), (took, kernel.Clock.Now >= slice));
        // CPU 1's thread ends: thread 0, whose CPU is taken, goes there
        kernel.Cpus.End(1);
        kernel.Clock.StopAt(1, kernel.Clock.Now);
        int other = -1;
        for (int turn = 0; turn < 1_000 && other < 0; turn++)
        {
            kernel.Clock.Next();
            bool runs = kernel.Cpus.TryRun(0, out int cpu);
            if (runs && kernel.Clock.Actor == 0) other = cpu;
            else if (runs) kernel.Clock.Spend(Component.Touch, slice / 8);
            kernel.Clock.Yield();
        }
        Assert.Equal(1, other);
    }

    [Fact]
    public void A_kernel_thread_that_flushes_lets_go_of_the_process_whose_CPU_it_shares()
    {
        TieringKernel kernel = Running(AnonymousCases.Machine(cpus: 2), threads: 2);
        for (int thread = 0; thread < 2; thread++) kernel.Clock.StopAt(thread, kernel.Clock.Now);
        kernel.Clock.Wake(2, Component.Sleep);
        kernel.Clock.Next();
        Assert.Equal(2, kernel.Clock.Actor);
        for (int flush = 0; flush < 3; flush++)
        {
            kernel.Flushes.Add(kernel.Flushes.Normal, 0);
            kernel.Flushes.Flush(kernel.Flushes.Normal, cpu: 1);
        }
        // CPU 0 is interrupted each time; CPU 1 switches to init_mm at the first and is in no mask from then on
        Assert.Equal((3, 1, 0), (kernel.Counts[TieringCount.RemoteFlushes], kernel.Counts[TieringCount.TaskSwitchFlushes],
            kernel.Counts[TieringCount.LocalFlushes]));
        Assert.Equal([3, 0], kernel.Cpus.Interrupts.ToArray());
        kernel.Cpus.Enter(1, 0);
        Assert.Equal(2, kernel.Counts[TieringCount.TaskSwitchFlushes]);
    }

    [Fact]
    public void A_send_is_traced_even_when_all_others_are_lazy()
    {
        TieringKernel kernel = Running(AnonymousCases.Machine(cpus: 2), threads: 2);
        kernel.Cpus.End(1);
        kernel.Clock.Next();
        kernel.Flushes.Add(kernel.Flushes.Normal, 0);
        kernel.Flushes.Flush(kernel.Flushes.Normal, cpu: 0);
        Assert.Equal((1, 0, 1), (kernel.Counts[TieringCount.SentFlushes], kernel.Counts[TieringCount.RemoteFlushes],
            kernel.Counts[TieringCount.LocalFlushes]));
    }

    [Fact]
    public void A_scan_flushes_what_was_batched_once_and_interrupts_lazy_CPUs_too()
    {
        TieringKernel kernel = Running(AnonymousCases.Machine(cpus: 2), threads: 2);
        kernel.Cpus.End(1);
        kernel.Clock.Next();
        kernel.Flushes.Add(kernel.Flushes.Normal, 0);
        kernel.Flushes.FlushBatchedPending(0, cpu: 0);
        kernel.Flushes.FlushBatchedPending(0, cpu: 0);
        Assert.Equal((1, 1, 0), (kernel.Counts[TieringCount.LocalMmFlushes], kernel.Counts[TieringCount.TaskSwitchFlushes],
            kernel.Counts[TieringCount.RemoteFlushes]));
        Assert.Equal([0, 1], kernel.Cpus.Interrupts.ToArray());
    }

    [Theory]
    [InlineData(1, 2.0)]
    [InlineData(2, 1.0)]
    public void Two_busy_CPUs_have_the_hosts_cores_in_even_shares(int cores, double longer)
    {
        Machine guest = Machine.Emulated(2, [new MemoryNode(90, 4_096, 1e11, 2)], cores);
        TieringKernel kernel = Running(guest, threads: 2);
        kernel.Clock.Next();
        (long Now, long Waited) began = kernel.Cpus.Beginning;
        kernel.Clock.Spend(Component.Touch, 1_000_000);
        kernel.Clock.WaitUntil(Component.Lock, kernel.Clock.Now + 500_000);
        kernel.Cpus.WaitForHost(began);
        // what is waited for is no work
        Assert.Equal(longer + 0.5, (kernel.Clock.Now - began.Now) / 1e6);
        Assert.Equal(longer > 1, kernel.Cpus.HostDelay() > 0);
    }

    [Fact]
    public void A_page_promoted_while_its_process_is_scanned_is_flushed()
    {
        TieringKnobs knobs = AnonymousCases.Scanning(mode: 2);
        long Flushes(int threads)
        {
            Abench reads = AnonymousCases.Reads(pages: 4_096, touches: 2_000_000 / threads, threads);
            (TieringKernel kernel, TieringSimulation run) = AnonymousCases.Abench(AnonymousCases.Machine(), "6.12", knobs, reads);
            AnonymousCases.Finish(run);
            Assert.True(kernel.Counts[TieringCount.PromoteSuccess] > 0);
            return kernel.Counts[TieringCount.BatchFlushes];
        }
        // a thread alone cannot fault while it scans
        Assert.Equal(0, Flushes(threads: 1));
        Assert.True(Flushes(threads: 4) > 0);
    }

    [Fact]
    public void Time_asleep_does_not_bring_the_next_scan_nearer()
    {
        double Updates(long pause)
        {
            Abench reads = AnonymousCases.Reads(pages: 4_096, touches: 20_000, threads: 2) with { Iterations = 40, Delay = new Nanoseconds(pause) };
            return AnonymousCases.Finish(AnonymousCases.Machine(), "6.12", AnonymousCases.Scanning(mode: 1), reads)["vmstat.numa_pte_updates"].Value;
        }
        double busy = Updates(pause: 1_000);
        Assert.True(busy > 0);
        Assert.InRange(Updates(pause: 100_000_000), 0, 2 * busy);
    }

    private static TieringKernel Kernel(Machine machine, int threads) =>
        new(machine, Profile.Parse("6.12"), new TieringKnobs(), [Memory], threads);

    /// <summary>A kernel whose threads each have run on a CPU of their own.</summary>
    private static TieringKernel Running(Machine machine, int threads)
    {
        TieringKernel kernel = Kernel(machine, threads);
        for (int thread = 0; thread < threads; thread++)
        {
            kernel.Clock.Next();
            Assert.True(kernel.Cpus.TryRun(0, out int cpu));
            Assert.Equal(kernel.Clock.Actor, cpu);
            kernel.Clock.Spend(Component.Touch, 1);
            kernel.Clock.Yield();
        }
        kernel.BeginWindow();
        return kernel;
    }
}
