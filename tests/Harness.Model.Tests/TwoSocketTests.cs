namespace Harness.Model.Tests;

/// <summary>
/// How far is migrate_pages on a two-socket server from what the batching thread reports? Nothing is fitted on it. The server's CPUs are
/// assumed (2 × 28 cores with two threads each). The number of busy CPUs follows from the thread: one migrating CPU is 2.87 % of all
/// cycles, so about 34 others are busy.
/// </summary>
public sealed class TwoSocketTests
{
    private const int Threads = 34;

    [Fact]
    public void Flushing_takes_five_sixths_of_the_time_before_and_next_to_nothing_after()
    {
        // published: 83.3 % before
        Assert.InRange(Share(Run("6.1"), Component.Flush, Component.Acknowledge), 0.803, 0.863);
        Assert.InRange(Share(Run("6.12"), Component.Flush, Component.Acknowledge), 0, 0.02);
    }

    [Fact]
    public void Interrupts_all_but_vanish()
    {
        // published: −99.1 %
        double change = Run("6.12")["interrupts.TLB"].Value / Run("6.1")["interrupts.TLB"].Value - 1;
        Assert.InRange(change, -1, -0.991);
    }

    /// <summary>
    /// Published: 43.7 % and 8.3 %, and 3.9 times the rate. The model is off: it charges copying from caches that batching has long emptied
    /// no more than before, see the README.
    /// </summary>
    [Fact]
    public void After_it_copying_is_the_largest_part_but_for_the_remapping_and_the_rate_is_several_times_as_high()
    {
        Outcome after = Run("6.12");
        Assert.InRange(Share(after, Component.Copy), 0.28, 0.437);
        Assert.InRange(Share(after, Component.Unmap, Component.Flush, Component.Acknowledge), 0.083, 0.14);
        double rate = after["workload.pages_per_second"].Value / Run("6.1")["workload.pages_per_second"].Value;
        Assert.InRange(rate, 3.9, 6);
    }

    private static Outcome Run(string profile) => Simulation.Run(
        Machine.Hardware(112, [new MemoryNode(90), new MemoryNode(150)]), Profile.Parse(profile),
        new MigratePingpong { Pages = 16_384, Rounds = 2, Threads = Threads, Seed = 1 });

    private static double Share(Outcome outcome, params ReadOnlySpan<Component> components)
    {
        double sum = 0;
        foreach (Component component in components) sum += outcome.Time[0][component].Count;
        return sum / outcome.Elapsed.Count;
    }
}
