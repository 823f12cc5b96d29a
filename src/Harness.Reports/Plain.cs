using System.Globalization;
using System.Text;
using Harness.Analysis;

namespace Harness.Reports;

/// <summary>Text and numbers as every report prints them: invariant culture, one line, nothing that moves a cursor.</summary>
public static class Plain
{
    /// <summary>A name or a message from a record is cut here; nothing honest is longer. Assumed.</summary>
    private const int Longest = 2000;

    /// <summary>
    /// The text on one line: line ends and tabs become spaces, control and direction-changing characters a question mark.
    /// </summary>
    public static string Line(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "";
        StringBuilder line = new(Math.Min(text.Length, Longest));
        foreach (char c in text.AsSpan(0, Math.Min(text.Length, Longest)))
        {
            line.Append(c is '\n' or '\r' or '\t' ? ' '
                : char.IsControl(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator ? '?' : c);
        }
        if (text.Length > Longest) line.Append("...");
        return line.ToString();
    }

    /// <summary>A quantity: whole from 1,000 on, four digits below, a power of ten from 1e9 on; a dash when there is none.</summary>
    /// <param name="value">The quantity.</param>
    /// <param name="isCount">True for counts: their median is whole or half, their model's mean needs one digit at most.</param>
    public static string Number(double? value, bool isCount = false)
    {
        if (value is not double v) return "-";
        string format = Math.Abs(v) switch
        {
            >= 1e9 => "0.###e+0",
            >= 1000 => "N0",
            _ when v == Math.Floor(v) => "0",
            _ when isCount => "0.#",
            >= 100 => "0.0",
            >= 10 => "0.00",
            >= 1 => "0.000",
            _ => "G4",
        };
        return v.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>A whole number with separators.</summary>
    public static string Whole(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>
    /// A relative change or error, always with its sign: <c>-12.3%</c>. What is not quite -100 % gets the digits that show it; a dash when
    /// there is none.
    /// </summary>
    public static string Percent(double? share) => share is null ? "-" : Percentage(share.Value) + "%";

    /// <summary>The same without the percent sign, for the ends of an interval.</summary>
    public static string Percentage(double share)
    {
        double percent = share * 100;
        if (Math.Abs(percent) >= 1e5) return percent.ToString("+0.#e+0;-0.#e+0", CultureInfo.InvariantCulture);
        if (Math.Abs(percent) >= 1000) return percent.ToString("+#,##0;-#,##0", CultureInfo.InvariantCulture);
        int digits = 1;
        while (digits < 3 && percent != -100 && Math.Round(percent, digits) == -100) digits++;
        double rounded = Math.Round(percent, digits);
        string zeros = new('0', digits);
        return rounded.ToString($"+0.{zeros};-0.{zeros};0.0", CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// The interval of a relative change, in percent: <c>[-99.8, +3.2]</c>; a question mark for an end it lacks, nothing without any.
    /// </summary>
    public static string Interval(double? low, double? high) => low is null && high is null ? "" : $"[{End(low)}, {End(high)}]";

    /// <summary>A counter with its unit, <c>workload.elapsed (s)</c>; of a count the name says what is counted.</summary>
    public static string Named(string counter, string unit) => unit.Length == 0 || Units.IsCount(unit) ? counter : $"{counter} ({unit})";

    /// <summary>A moment to the minute (UTC): <c>2026-11-21 01:00</c>.</summary>
    public static string Minute(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    /// <summary>A plain share without sign: <c>5%</c>, <c>3.2%</c>.</summary>
    public static string Share(double share) => (share * 100).ToString("0.#", CultureInfo.InvariantCulture) + "%";

    /// <summary>
    /// A spread or another size that may be tiny or huge: <c>&lt;0.1%</c>, <c>3.2%</c>, <c>231%</c>, <c>&gt;10,000%</c>; a dash for none.
    /// </summary>
    public static string Size(double? share) => share switch
    {
        null => "-",
        > 0 and < 0.0005 => "<0.1%",
        > 100 => ">10,000%",
        >= 1 => (share.Value * 100).ToString("N0", CultureInfo.InvariantCulture) + "%",
        _ => Share(share.Value),
    };

    /// <summary>An enum's value as the word that people type: <c>boot-timeout</c>.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    private static string End(double? end) => end is double share ? Percentage(share) : "?";

    /// <summary>Breaks text into lines of at most so many characters, at spaces where there are any.</summary>
    public static IEnumerable<string> Wrap(string text, int width)
    {
        string rest = text.Trim();
        while (rest.Length > width)
        {
            int at = rest.LastIndexOf(' ', width);
            int end = at > 0 ? at : char.IsHighSurrogate(rest[width - 1]) && width > 1 ? width - 1 : width;
            yield return rest[..end].TrimEnd();
            rest = rest[end..].TrimStart();
        }
        yield return rest;
    }
}
