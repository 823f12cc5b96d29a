using static Harness.Model.Tests.Cases;

namespace Harness.Model.Tests;

/// <summary>Is each rule noticed when it is taken out?</summary>
public sealed class MutantTests
{
    private static readonly MigratePingpong Workload = Work(pages: 2048, rounds: 2, threads: 3);

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void A_CPU_that_leaves_lazy_mode_without_flushing_is_caught_by_the_oracle(string profile)
    {
        // threads that share a single page sleep on it in every round
        MigratePingpong hot = Work(pages: profile == "6.1" ? 4 : 2048, rounds: 50, threads: 3);
        Profile mutant = Profile.Parse(profile) with { FlushesOnLeavingLazy = false };
        Simulation.Run(Bare(4), Profile.Parse(profile), hot);
        Assert.Throws<StaleTranslationException>(() => Simulation.Run(Bare(4), mutant, hot));
    }

    [Fact]
    public void Copying_before_the_deferred_flush_is_caught_by_the_oracle()
    {
        Profile mutant = Profile.Parse("6.12") with { FlushesBeforeCopy = false };
        Assert.Throws<StaleTranslationException>(() => Simulation.Run(Bare(4), mutant, Workload));
    }

    [Fact]
    public void Interrupting_lazy_CPUs_shows_in_the_counts()
    {
        Profile mutant = Profile.Parse("6.12") with { SkipsLazyCpus = false };
        Outcome outcome = Simulation.Run(Bare(4), mutant, Workload);
        Assert.Equal(3 * outcome.Flushes("remote_ipi_send"), outcome.Interrupts());
        Assert.True(outcome.Interrupts() > Run(Bare(4), "6.12", Workload).Interrupts());
        Assert.True(outcome.Flushes("remote_shootdown") < outcome.Interrupts(), "a lazy CPU drops the address space without that event");
    }

    [Fact]
    public void Batches_of_one_page_flush_as_often_as_no_batching()
    {
        Profile mutant = Profile.Parse("6.12") with { BatchPages = 1 };
        Assert.Equal(2 * 2048, Simulation.Run(Bare(4), mutant, Workload).Flushes("remote_ipi_send"));
    }
}
