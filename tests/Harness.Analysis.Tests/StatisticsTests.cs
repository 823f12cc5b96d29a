using Perfolizer;
using Perfolizer.Mathematics.GenericEstimators;

namespace Harness.Analysis.Tests;

/// <summary>Do the statistics give the values of the published tables and of computations by hand?</summary>
public sealed class StatisticsTests
{
    [Theory]
    [InlineData(1, 12.706)]
    [InlineData(2, 4.303)]
    [InlineData(9, 2.262)]
    [InlineData(30, 2.042)]
    public void Student_t_is_that_of_the_printed_table_at_95_percent(int freedom, double expected) =>
        Assert.Equal(expected, Student.Critical(0.05, freedom), 3);

    [Fact]
    public void Students_own_sleep_data_give_the_published_p_value()
    {
        // differences of the two drugs in Student 1908: t = 4.0621 with 9 degrees of freedom, p = 0.002833
        double[] differences = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4];
        double mean = differences.Average();
        double error = Math.Sqrt(differences.Sum(d => (d - mean) * (d - mean)) / 9 / 10);
        Assert.Equal(4.0621, mean / error, 4);
        Assert.Equal(0.002833, Student.TwoSided(mean, error, 9), 6);
    }

    [Theory]
    [InlineData(5, -1)]
    [InlineData(6, 0)]
    [InlineData(7, 2)]
    [InlineData(8, 3)]
    [InlineData(9, 5)]
    [InlineData(10, 8)]
    [InlineData(12, 13)]
    [InlineData(15, 25)]
    [InlineData(20, 52)]
    [InlineData(25, 89)]
    public void Signed_rank_critical_values_are_those_of_the_printed_table(int n, int expected) =>
        Assert.Equal(expected, SignedRank.Critical(n, 0.05));

    [Fact]
    public void Exact_and_approximate_signed_rank_values_meet_where_they_change_over()
    {
        int exact = SignedRank.Critical(60, 0.05);
        int approximate = SignedRank.Critical(61, 0.05);
        // one more pair adds about n/2 less the growth of the spread: the tables' own steps there are 22 to 24
        Assert.InRange(approximate - exact, 20, 26);
    }

    [Fact]
    public void Hodges_Lehmann_gives_the_published_estimate_and_interval()
    {
        // Hollander and Wolfe, example 3.1 (depression scale before and after a tranquilizer): -0.46, (-0.786, -0.010)
        double[] before = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30];
        double[] after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29];
        double[] differences = [.. after.Zip(before, (y, x) => y - x)];
        (double estimate, double low, double high) = SignedRank.Of(differences, 0.05)!.Value;
        Assert.Equal(-0.46, estimate, 3);
        Assert.Equal(-0.786, low, 3);
        Assert.Equal(-0.010, high, 3);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(20)]
    public void Hodges_Lehmann_is_Perfolizers(int n)
    {
        SeededRandom random = new((ulong)n);
        double[] values = [.. Enumerable.Range(0, n).Select(_ => random.Normal())];
        // at alpha 1 the interval is only asked to exist, so that few values have one too
        Assert.Equal(HodgesLehmannEstimator.Instance.Median(new Sample(values)), SignedRank.Of(values, 1)!.Value.Estimate, 12);
    }

    [Theory]
    [InlineData(0.05, 2, 5.653)]
    [InlineData(0.05, 5, 3.514)]
    [InlineData(0.05, 9, 3.150)]
    [InlineData(0.005, 2, 17.936)]
    [InlineData(0.005, 5, 6.024)]
    [InlineData(0.005, 9, 4.693)]
    public void Detectable_distances_are_at_most_3_percent_over_the_non_central_ts(double alpha, int freedom, double exact)
    {
        // exact: the distance at which the non-central t, integrated over the distribution of the deviation, passes its critical value in 80 %
        TestPower power = new(alpha, freedom);
        Assert.InRange(power.DistanceFor(0.8), exact, exact * 1.03);
        Assert.Equal(0.8, power.At(power.DistanceFor(0.8)), 9);
    }

    [Theory]
    [InlineData(1, 1, 1, 0)]
    [InlineData(2, 1, 2, 0.5)]
    [InlineData(5, 1, 5, 0.9375)]
    [InlineData(6, 1, 6, 0.96875)]
    [InlineData(9, 2, 8, 0.9609375)]
    [InlineData(10, 2, 9, 0.978515625)]
    [InlineData(20, 6, 15, 0.958610535)]
    public void Median_interval_takes_the_binomial_ranks(int n, double low, double high, double coverage)
    {
        Summary summary = Summary.Of([.. Enumerable.Range(1, n).Select(i => (double)i).Reverse()]);
        Assert.Equal((n + 1) / 2.0, summary.Median);
        Assert.Equal(low, summary.Low);
        Assert.Equal(high, summary.High);
        Assert.Equal(coverage, summary.Coverage, 9);
        Assert.Equal(n < 6, summary.IsRangeOnly);
    }

    [Fact]
    public void No_values_give_no_median_and_no_number_that_is_not_one()
    {
        Summary none = Summary.Of([]);
        Assert.Equal((null, null, null, 0), (none.Median, none.Low, none.High, none.N));
        Assert.Equal(1e308, Summary.Of([1e308, 1e308]).Median);
    }

    [Fact]
    public void Holm_steps_down_and_stops_at_the_first_that_passes()
    {
        // sorted: 0.005 <= 0.05/4, 0.011 <= 0.05/3, 0.03 > 0.05/2 stops, 0.04 <= 0.05 no longer counts
        (bool Rejected, double Level)[] judged = Holm.Judge([0.03, 0.005, 0.04, 0.011], 0.05);
        Assert.Equal([false, true, false, true], judged.Select(j => j.Rejected));
        Assert.Equal([0.025, 0.0125, 0.05, 0.05 / 3], judged.Select(j => j.Level));
    }

    [Fact]
    public void Log_ratio_change_and_interval_are_those_computed_by_hand()
    {
        // ln ratios of 0.5, 0.25 and 1: -0.693, -1.386, 0; mean -0.693, deviation 0.693, reach 4.303 * 0.693 / sqrt(3) = 1.722
        PairedChange change = PairedChange.Of([2, 4, 8], [1, 1, 8], 0.05, isCount: false);
        Assert.Equal(-0.5, change.Change!.Value, 12);
        Assert.Equal(Math.Exp(-Math.Log(2) - 1.72189) - 1, change.Interval.Low!.Value, 4);
        Assert.Equal(Math.Exp(-Math.Log(2) + 1.72189) - 1, change.Interval.High!.Value, 4);
    }

    [Fact]
    public void Both_ends_of_Fiellers_interval_lie_t_standard_errors_from_zero()
    {
        double[] before = [8100, 7900, 8050, 8000];
        double[] after = [0, 3, 1, 2];
        PairedChange change = PairedChange.Of(before, after, 0.05, isCount: false);
        Assert.Equal((6.0 / 32050) - 1, change.Change!.Value, 12);
        foreach (double end in (double[])[change.Interval.Low!.Value, change.Interval.High!.Value])
        {
            if (end == -1) continue;
            double[] rest = [.. after.Zip(before, (y, x) => y - ((end + 1) * x))];
            double mean = rest.Average();
            double error = Math.Sqrt(rest.Sum(r => (r - mean) * (r - mean)) / 3 / 4);
            Assert.Equal(Student.Critical(0.05, 3), Math.Abs(mean / error), 6);
        }
        Assert.True(change.Interval.High < -0.999);
    }
}
