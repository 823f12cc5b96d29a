namespace Harness.Model.Tests;

/// <summary>Do the numbers tell old from new also after they have wrapped?</summary>
public sealed class GenerationTests
{
    [Theory]
    [InlineData(1, 2, true)]
    [InlineData(2, 1, false)]
    [InlineData(2, 2, false)]
    [InlineData(65_535, 1, true)]
    [InlineData(1, 65_535, false)]
    [InlineData(1, 32_768, true)]
    [InlineData(1, 32_770, false)]
    public void A_number_is_older_than_the_half_of_all_numbers_that_follows_it(uint a, uint b, bool before) =>
        Assert.Equal(before, new Generations(16).Before(a, b));

    [Fact]
    public void A_plain_comparison_errs_across_the_wrap_and_nowhere_else()
    {
        var mutant = new Generations(16, wraps: false);
        Assert.True(mutant.Before(1, 2));
        Assert.False(mutant.Before(65_535, 1));
    }

    [Fact]
    public void Two_bits_count_to_three_and_skip_none()
    {
        var generations = new Generations(2);
        Assert.Equal([1u, 2u, 3u, 1u], new uint[] { 0, 1, 2, 3 }.Select(generations.Next));
        Assert.True(generations.Before(2, 3));
        Assert.False(generations.Before(3, 2));
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0, 5, 5)]
    [InlineData(5, 0, 5)]
    [InlineData(5, 6, 6)]
    [InlineData(6, 5, 6)]
    [InlineData(65_535, 1, 1)]
    [InlineData(0, 40_000, 40_000)]
    public void The_latest_of_two_is_the_newer_or_the_one_there_is(uint a, uint b, uint latest) =>
        Assert.Equal(latest, new Generations(16).Latest(a, b));
}
