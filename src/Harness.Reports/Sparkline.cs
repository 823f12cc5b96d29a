using Harness.Analysis;

namespace Harness.Reports;

/// <summary>A series' nights as one small character each, from the lowest to the highest median shown; a dot where a night has no value, a
/// cross where it
/// stood alone.</summary>
internal static class Sparkline
{
    private const string Heights = "▁▂▃▄▅▆▇█";

    /// <summary>The last nights.</summary>
    /// <param name="series">The series.</param>
    /// <param name="nights">How many nights the history has.</param>
    /// <param name="most">How many of them are shown.</param>
    public static string Of(CounterHistory series, int nights, int most)
    {
        int first = Math.Max(0, nights - most);
        char[] line = new char[nights - first];
        Array.Fill(line, '.');
        NightValue[] shown = [.. series.Values.Where(value => value.Night >= first)];
        NightValue[] ordinary = [.. shown.Where(value => !value.Outlier)];
        double low = ordinary.Select(Median).DefaultIfEmpty().Min();
        double span = ordinary.Select(Median).DefaultIfEmpty().Max() - low;
        foreach (NightValue value in shown)
        {
            int height = span > 0 ? (int)Math.Round((Heights.Length - 1) * Math.Clamp((Median(value) - low) / span, 0, 1)) : 0;
            line[value.Night - first] = value.Outlier ? 'x' : Heights[height];
        }
        return new string(line);
    }

    private static double Median(NightValue value) => value.Summary.Median!.Value;
}
