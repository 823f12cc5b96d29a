using System.Text.RegularExpressions;

namespace Harness.Records;

/// <summary>
/// Regular expressions that a plan brings along. They are matched without backtracking, so that no expression and no output makes the
/// search take longer than in proportion to the output; look-around and back-references do not exist there.
/// </summary>
public static class OutputPattern
{
    private const int Longest = 1000;    // assumed: longer ones are mistakes

    /// <summary>The compiled expression, whose <c>^</c> and <c>$</c> are those of a line.</summary>
    /// <param name="pattern">The expression.</param>
    /// <param name="groups">How many groups it must have.</param>
    /// <exception cref="FormatException">It cannot be taken; the message is a clause on what is wrong.</exception>
    public static Regex Compile(string pattern, int groups)
    {
        if (pattern.Length is 0 or > Longest) throw new FormatException($"is {pattern.Length} characters long; give 1 to {Longest}");
        try
        {
            const RegexOptions plain = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Multiline;
            Regex regex = new(pattern, plain);
            int there = regex.GetGroupNumbers().Length - 1;
            return there == groups || groups == 0
                ? regex
                : throw new FormatException($"has {there} groups; put parentheses around the number alone, and (?:…) around anything else");
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new FormatException($"is no regular expression that can be taken: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }
}
