using System.Text;

namespace Harness.Experiments;

/// <summary>An argument in which <c>{NAME}</c> stands for a parameter's value. Braces around anything but a name are only braces.</summary>
internal static class Template
{
    /// <summary>The names that the template uses.</summary>
    public static IReadOnlyList<string> Names(string template)
    {
        List<string> names = [];
        Fill(template, name =>
        {
            names.Add(name);
            return "";
        });
        return names;
    }

    /// <summary>The argument, each name replaced once by its value.</summary>
    public static string Fill(string template, Func<string, string> value)
    {
        var filled = new StringBuilder();
        for (int at = 0; at < template.Length;)
        {
            int end = template[at] == '{' ? template.IndexOf('}', at) : -1;
            if (end > at + 1 && IsName(template.AsSpan(at + 1, end - at - 1)))
            {
                filled.Append(value(template[(at + 1)..end]));
                at = end + 1;
                continue;
            }
            filled.Append(template[at++]);
        }
        return filled.ToString();
    }

    private static bool IsName(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_')) return false;
        }
        return char.IsAsciiLetter(text[0]);
    }
}
