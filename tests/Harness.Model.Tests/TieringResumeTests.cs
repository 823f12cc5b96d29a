namespace Harness.Model.Tests;

/// <summary>Is a tiering simulation the same however it is cut, and after it was saved?</summary>
public sealed class TieringResumeTests
{
    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12+luf")]
    public void It_does_not_matter_in_which_parts_it_is_advanced(string profile)
    {
        TieringSimulation parts = TieringCases.Simulation(profile, TieringCases.Demoting, TieringCases.Thrashing);
        for (long n = 1; !parts.Done; n = n * 3 % 1_000 + 1) parts.Advance(n);
        Same(TieringCases.Run(profile, TieringCases.Demoting, TieringCases.Thrashing), parts.Outcome());
    }

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    [InlineData("6.12+luf")]
    [InlineData("6.12+luf-as-posted")]
    public void What_was_saved_goes_on_as_if_it_had_not_been(string profile)
    {
        TieringSimulation whole = TieringCases.Simulation(profile, TieringCases.Demoting, TieringCases.Thrashing);
        whole.Advance(5_000);
        using MemoryStream saved = new();
        whole.Save(saved);
        whole.Advance(long.MaxValue);

        saved.Position = 0;
        TieringSimulation resumed = TieringCases.Simulation(profile, TieringCases.Demoting, TieringCases.Thrashing);
        resumed.Resume(saved);
        Assert.InRange(resumed.Progress, 0.01, 0.99);
        resumed.Advance(long.MaxValue);
        Same(whole.Outcome(), resumed.Outcome());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void A_state_of_another_length_is_refused(int more)
    {
        TieringSimulation simulation = TieringCases.Simulation("6.12", TieringCases.Demoting, TieringCases.Thrashing);
        using MemoryStream saved = new();
        simulation.Save(saved);
        saved.SetLength(saved.Length + more);
        saved.Position = 0;
        Assert.Throws<InvalidDataException>(() => simulation.Resume(saved));
    }

    private static void Same(Outcome expected, Outcome actual)
    {
        Assert.Equal(expected.Elapsed, actual.Elapsed);
        Assert.Equal(expected.Counters.Select(counter => (counter.Name, counter.Value)), actual.Counters.Select(counter => (counter.Name, counter.Value)));
        Assert.Equal(expected["interrupts.TLB"].PerCpu, actual["interrupts.TLB"].PerCpu);
    }
}
