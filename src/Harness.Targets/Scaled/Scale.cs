using System.Globalization;
using Harness.Records;

namespace Harness.Targets;

/// <summary>The share of a full machine's memory that a simulation takes.</summary>
/// <param name="Text">As it is shown: <c>full</c>, <c>1/64</c>, <c>0.01</c>.</param>
/// <param name="Fraction">Above 0 and at most 1.</param>
public sealed record Scale(string Text, double Fraction)
{
    /// <summary>All of it.</summary>
    public static Scale Full { get; } = new("full", 1);

    /// <summary>Reads a share.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static Scale Parse(string text)
    {
        string[] parts = text.Split('/', 2);
        double fraction = text == Full.Text ? 1 : parts.Length == 1 ? Number(parts[0]) : Number(parts[0]) / Number(parts[1]);
        if (fraction == 1) return Full;
        return fraction is > 0 and < 1
            ? new Scale(text, fraction)
            : throw new UsageException(
                $"--scale takes full, a fraction like 1/64 or a number like 0.01, above 0 and at most 1, not '{text}'");
    }

    // NaN is outside of every range.
    private static double Number(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) ? value : double.NaN;
}
