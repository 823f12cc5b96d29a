using System.CommandLine;

namespace Harness.Cli;

/// <summary>A command's description in its parts, for help and the manual alike.</summary>
/// <param name="What">What it does, as running text; a paragraph each.</param>
/// <param name="Examples">Commands to try, a line each; empty when there are none.</param>
internal sealed record VerbText(IReadOnlyList<string> What, IReadOnlyList<string> Examples)
{
    /// <summary>How it begins, up to the first full stop, colon or semicolon: what a list of commands shows.</summary>
    public string Brief => What.Count == 0 ? "" : What[0].Split([". ", ": ", "; "], 2, StringSplitOptions.None)[0].TrimEnd('.');

    /// <summary>Takes a description apart: paragraphs, then one that begins with "Example" and holds a command a line.</summary>
    public static VerbText Of(Command command)
    {
        List<string> what = [];
        List<string> examples = [];
        foreach (string block in (command.Description ?? "").ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            if (!block.StartsWith("Example", StringComparison.Ordinal))
            {
                what.Add(block.Replace("\n", " ", StringComparison.Ordinal).Trim());
                continue;
            }
            string commands = block[(block.IndexOf(':', StringComparison.Ordinal) + 1)..];
            examples.AddRange(commands.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        }
        return new VerbText(what, examples);
    }
}
