using System.Text;

namespace Harness.Experiments.Yaml;

/// <summary>How words of the user's are repeated to them, and which word they may have meant.</summary>
internal static class Words
{
    private const int Shown = 60;

    /// <summary>The word in quotes, on one line, cut when long.</summary>
    public static string Quote(string word)
    {
        var shown = new StringBuilder("'");
        foreach (char c in word.AsSpan(0, Math.Min(word.Length, Shown))) shown.Append(char.IsControl(c) || char.IsSurrogate(c) ? '?' : c);
        return shown.Append(word.Length > Shown ? "…'" : "'").ToString();
    }

    /// <summary>"did you mean 'x'?" when one of the words is close, else what there is to choose from.</summary>
    public static string Instead(string word, IReadOnlyList<string> words)
    {
        if (words.Count == 0) return "there are none";
        string? near = word.Length > Shown
            ? null
            : words.Where(w => Distance(word, w) <= (w.Length + 1) / 3 && w.Length > 2).MinBy(w => Distance(word, w));
        return near is not null ? $"did you mean '{near}'?" : $"there {(words.Count == 1 ? "is" : "are")} {string.Join(", ", words)}";
    }

    /// <summary>Edit distance (Levenshtein) without regard to case.</summary>
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = diagonal + (char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.Length];
    }
}
