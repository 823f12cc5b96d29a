namespace Harness.Host.Knobs;

/// <summary>Makes foreign text (a kernel file, a workload's output, an argument) fit for one line of a message.</summary>
internal static class PlainText
{
    /// <summary>The text with each control character or line break as a space, trimmed, cut at a number of characters.</summary>
    internal static string OneLine(string text, int most)
    {
        string cut = text.Length <= most ? text : string.Concat(text.AsSpan(0, most), "…");
        return string.Create(cut.Length, cut, static (to, from) =>
        {
            for (int i = 0; i < to.Length; i++) to[i] = char.IsControl(from[i]) || from[i] is '\u2028' or '\u2029' ? ' ' : from[i];
        }).Trim();
    }
}
