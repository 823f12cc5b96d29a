using System.Globalization;

namespace Harness.Host.Programs;

/// <summary>The numbers found in a program's output, and those that stand there and cannot be used, with why.</summary>
internal sealed class FoundMetrics
{
    private readonly Dictionary<string, double> values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> unusable = new(StringComparer.Ordinal);

    /// <summary>The names of the numbers that can be used.</summary>
    internal IReadOnlyCollection<string> Names => values.Keys;

    /// <summary>Takes a number; one that is not finite cannot be used. A later one of the same name counts.</summary>
    internal void Add(string name, double value)
    {
        if (!double.IsFinite(value))
        {
            Refuse(name, "it is not a finite number");
            return;
        }
        values[name] = value;
        unusable.Remove(name);
    }

    /// <summary>Notes why a number cannot be used.</summary>
    internal void Refuse(string name, string why)
    {
        values.Remove(name);
        unusable[name] = why;
    }

    /// <summary>Notes that none of the numbers found so far can be used.</summary>
    internal void RefuseAll(string why)
    {
        foreach (string name in values.Keys.ToList()) Refuse(name, why);
    }

    /// <summary>The number, or null and why there is none.</summary>
    internal double? Find(string name, out string why)
    {
        why = unusable.GetValueOrDefault(name, "it is not in the output");
        return values.TryGetValue(name, out double value) ? value : null;
    }

    /// <summary>A number as programs print it; <c>nan</c> and <c>inf</c> are numbers too, but not finite ones.</summary>
    internal static bool TryNumber(ReadOnlySpan<char> text, out double value)
    {
        value = double.NaN;
        if (text is "nan" or "-nan" or "inf" or "-inf") return true;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && char.IsAsciiDigit(text[^1]);
    }

    /// <summary>The same where commas may part the thousands: <c>1,700,000,000</c>.</summary>
    internal static bool TryGrouped(string text, out double value) =>
        TryNumber(text.Replace(",", "", StringComparison.Ordinal), out value);

    /// <summary>A name of the program's as a metric's: whatever is no letter, digit, <c>-</c> or <c>_</c> becomes <c>_</c>.</summary>
    internal static string NameOf(string text) =>
        string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '_')).Trim('_');
}
