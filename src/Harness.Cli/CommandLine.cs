namespace Harness.Cli;

/// <summary>The command as it was typed, for the report's "how to repeat it".</summary>
internal static class CommandLine
{
    public static string Typed() => string.Join(' ', Environment.GetCommandLineArgs().Skip(1).Prepend("./run.sh").Select(Quoted));

    private static string Quoted(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:=,+@%".Contains(c, StringComparison.Ordinal))
            ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
