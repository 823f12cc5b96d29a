using System.Globalization;

namespace Harness.Host.Programs;

/// <summary>
/// The summary of <c>perf stat</c>: for people, or separated by a comma or semicolon (<c>-x,</c>), with or without the variation of
/// repeated runs (<c>-r</c>). An event that was not counted, or counted only part of the time and extrapolated, is no number here. Rows of
/// single CPUs (<c>-A</c>) are passed over.
/// </summary>
internal static class PerfStatOutput
{
    private const int SeparatedFields = 5;    // published: value, unit, event, time counted, share of it in percent (perf-stat(1))

    /// <summary>
    /// Metrics: each event in perf's unit under its name, <c>:</c> and <c>/</c> as <c>_</c>; <c>seconds_elapsed</c>, <c>seconds_user</c>,
    /// <c>seconds_sys</c>.
    /// </summary>
    internal static void Read(string text, FoundMetrics found)
    {
        foreach (string line in text.Split('\n', StringSplitOptions.TrimEntries))
        {
            if (line.Length == 0 || line[0] == '#') continue;
            char separator = line.Contains(';', StringComparison.Ordinal) ? ';' : ',';
            string[] fields = line.Split(separator, StringSplitOptions.TrimEntries);
            if (fields.Length >= SeparatedFields && IsEvent(fields[2])) Separated(fields, found);
            else ForPeople(line, found);
        }
    }

    private static void Separated(string[] fields, FoundMetrics found)
    {
        int counted = fields[3].EndsWith('%') ? 4 : 3;    // repeated runs: their variation comes first
        double share = 100;
        if (fields.Length > counted + 1
            && !double.TryParse(fields[counted + 1], NumberStyles.Float, CultureInfo.InvariantCulture, out share)) return;
        Take(fields[0], fields[2], share, found);
    }

    private static void ForPeople(string line, FoundMetrics found)
    {
        double share = 100;
        while (line.EndsWith(')') && line.LastIndexOf('(') is > 0 and int open && line[^2] is '%' or ' ')
        {
            string inside = line[(open + 1)..^1].Trim(' ', '%');
            bool variation = inside.StartsWith("+-", StringComparison.Ordinal);
            if (!variation && !double.TryParse(inside, NumberStyles.Float, CultureInfo.InvariantCulture, out share)) return;
            line = line[..open].TrimEnd();
        }
        int comment = line.IndexOf('#', StringComparison.Ordinal);
        if (comment >= 0) line = line[..comment];
        string[] words = line.Replace("<not ", "<not-", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is [_, _, "(msec)"]) words = words[..2];    // perf before 4.18 put the unit last
        if (words.Length < 2) return;
        int seconds = Array.IndexOf(words, "seconds");
        if (seconds > 0 && seconds < words.Length - 1 && words[^1] is "elapsed" or "user" or "sys")
            Take(words[0], "seconds_" + words[^1], 100, found);
        else if (words.Length <= 3 && IsEvent(words[^1])) Take(words[0], words[^1], share, found);
    }

    private static void Take(string value, string name, double share, FoundMetrics found)
    {
        string metric = FoundMetrics.NameOf(name);
        if (value.StartsWith('<')) found.Refuse(metric, $"perf says {value.Replace('-', ' ')}");
        else if (!FoundMetrics.TryGrouped(value, out double number)) return;
        else if (share < 100)
            found.Refuse(metric, FormattableString.Invariant($"perf counted it {share} % of the time and guessed the rest"));
        else found.Add(metric, number);
    }

    private static bool IsEvent(string word) => word.Length is > 0 and < 128 && char.IsAsciiLetter(word[0]);
}
