namespace Harness.Statistics.Tests;

/// <summary>How often does a session raise a false alarm on drifting hardware, and how often does it find what is there?</summary>
public sealed class ThreeFiguresTests
{
    private const int Sessions = 40_000;    // a share of 5 % is then known to 0.2 points, one of 84 % to 0.4

    [Fact]
    public void Without_a_change_10_pairs_on_drifting_hardware_flag_4_to_6_percent()
    {
        MadeUpHost host = new(seed: 1) { Walk = 0.007, Noise = 0.01 };
        double flagged = MadeUpHost.Of(Sessions, () => MadeUpHost.Flags(host.Compare(pairs: 10)))
            .Print("no change, random walk 0.7 % a run + 1 % noise, 10 pairs: flagged");
        Assert.InRange(flagged, 0.04, 0.06);
    }

    [Theory]
    [InlineData(10, 0.84)]
    [InlineData(16, 0.97)]
    public void A_change_of_4_5_percent_at_3_percent_noise_is_found(int pairs, double atLeast)
    {
        MadeUpHost host = new(seed: 2) { Noise = 0.03, Effect = 0.045 };
        double found = MadeUpHost.Of(Sessions, () => MadeUpHost.Flags(host.Compare(pairs)))
            .Print($"a 4.5 % change at 3 % noise, {pairs} pairs: found");
        Assert.True(found >= atLeast);
    }
}
