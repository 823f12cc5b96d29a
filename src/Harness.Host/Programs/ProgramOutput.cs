using System.Text.RegularExpressions;
using Harness.Records;

namespace Harness.Host.Programs;

/// <summary>Finds the metrics in what an external program printed.</summary>
internal static class ProgramOutput
{
    /// <summary>Everything that the format and the patterns find. No text makes it throw but one that takes a pattern too long.</summary>
    /// <exception cref="RegexMatchTimeoutException">A pattern took too long.</exception>
    internal static FoundMetrics Find(ExternalProgram program, string text)
    {
        FoundMetrics found = new();
        switch (program.Output)
        {
            case OutputFormat.LlamaCpp:
                LlamaCppOutput.Read(text, found);
                break;
            case OutputFormat.LlamaBench:
                LlamaBenchOutput.Read(text, found);
                break;
            case OutputFormat.PerfStat:
                PerfStatOutput.Read(text, found);
                break;
            case OutputFormat.Pmbench:
                PmbenchOutput.Read(text, found);
                break;
            case OutputFormat.StressNg:
                StressNgOutput.Read(text, found);
                break;
            case OutputFormat.Xsbench:
                XsbenchOutput.Read(text, found);
                break;
            default:
                break;
        }
        foreach ((string name, string pattern) in program.Patterns)
            ReadPattern(name, OutputPattern.Compile(pattern, groups: 1), text, found);
        return found;
    }

    private static void ReadPattern(string name, Regex pattern, string text, FoundMetrics found)
    {
        Match? last = null;
        for (Match match = pattern.Match(text); match.Success; match = match.NextMatch()) last = match;
        if (last is null) found.Refuse(name, "its pattern does not match the output");
        else if (!last.Groups[1].Success || !FoundMetrics.TryGrouped(last.Groups[1].Value, out double value))
            found.Refuse(name, "what its pattern found is no number");
        else found.Add(name, value);
    }
}
