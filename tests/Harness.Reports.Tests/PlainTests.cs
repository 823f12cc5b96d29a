namespace Harness.Reports.Tests;

/// <summary>Are numbers and names printed so that nobody misreads them?</summary>
public sealed class PlainTests
{
    [Theory]
    [InlineData(null, "-")]
    [InlineData(0.0, "0")]
    [InlineData(65536.0, "65,536")]
    [InlineData(1234.56, "1,235")]
    [InlineData(123.456, "123.5")]
    [InlineData(9.3, "9.300")]
    [InlineData(0.012345, "0.01235")]
    [InlineData(1.8e19, "1.8e+19")]
    public void Quantities_have_separators_and_four_digits(double? value, string expected) => Assert.Equal(expected, Plain.Number(value));

    [Fact]
    public void A_counts_median_is_whole_or_half() => Assert.Equal("1.5", Plain.Number(1.5, isCount: true));

    [Theory]
    [InlineData(-0.998, "-99.8%")]
    [InlineData(-0.99979, "-99.98%")]
    [InlineData(-0.9999999, "-100.000%")]
    [InlineData(-1.0, "-100.0%")]
    [InlineData(0.05, "+5.0%")]
    [InlineData(-0.00001, "0.0%")]
    [InlineData(12.3, "+1,230%")]
    [InlineData(null, "-")]
    public void Percentages_show_their_sign_and_what_separates_them_from_minus_100(double? share, string expected) =>
        Assert.Equal(expected, Plain.Percent(share));

    [Fact]
    public void Text_is_folded_at_spaces_and_long_words_are_cut()
    {
        Assert.Equal(["one two", "three"], Plain.Wrap("one two three", 9));
        Assert.Equal(["abcde", "fgh"], Plain.Wrap("abcdefgh", 5));
        Assert.Equal([""], Plain.Wrap("", 5));
    }
}
