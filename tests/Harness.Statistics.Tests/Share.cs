using System.Globalization;

namespace Harness.Statistics.Tests;

/// <summary>How many of many made-up sessions did something, as a share with its own 95 % interval.</summary>
/// <param name="Hits">Sessions that did.</param>
/// <param name="Of">All sessions.</param>
internal readonly record struct Share(int Hits, int Of)
{
    private const double Z = 1.959964;    // the normal's 97.5 % point

    public double Value => (double)Hits / Of;

    /// <summary>Wilson's interval of a share (E. B. Wilson, J. Am. Stat. Assoc. 22, 1927): how far chance in the simulation reaches.</summary>
    public (double Low, double High) Interval
    {
        get
        {
            double n = Of;
            double centre = (Value + (Z * Z / (2 * n))) / (1 + (Z * Z / n));
            double reach = Z * Math.Sqrt((Value * (1 - Value) / n) + (Z * Z / (4 * n * n))) / (1 + (Z * Z / n));
            return (centre - reach, centre + reach);
        }
    }

    /// <summary>Prints the figure, so that the log of the tests shows it, and gives its value.</summary>
    public double Print(string what)
    {
        (double low, double high) = Interval;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"figure: {what}: {Value:0.00%} [{low:0.00%}, {high:0.00%}] of {Of:N0} sessions"));
        return Value;
    }
}
