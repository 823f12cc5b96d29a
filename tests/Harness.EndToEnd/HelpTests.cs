using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;

namespace Harness.EndToEnd;

/// <summary>Do help, manual and completion tell of every verb, fit a terminal, and stay plain where they should?</summary>
[SupportedOSPlatform("linux")]
public sealed partial class HelpTests : IDisposable
{
    private readonly CommandLine line = new();

    public void Dispose() => line.Dispose();

    [Fact]
    public void The_help_of_every_verb_fits_80_columns_and_is_in_the_manual_with_every_option()
    {
        string manual = Plain(Done("man").Output);
        Ended root = Done("--help");
        Queue<string[]> left = new(CommandsIn(root.Output).Select(verb => new[] { verb }));
        Assert.True(left.Count >= 15, root.Output);
        while (left.TryDequeue(out string[]? words))
        {
            Ended help = Done([.. words, "--help"]);
            string[] lines = help.Output.Split('\n');
            Assert.Contains($"Usage: ./run.sh {string.Join(' ', words)}", help.Output, StringComparison.Ordinal);
            // a command to copy is not folded
            Assert.All(lines, text => Assert.True(text.Length <= 80 || text.StartsWith("  ./run.sh", StringComparison.Ordinal), text));
            foreach (Match option in OptionLine().Matches(help.Output)) Assert.Contains($".B {option.Groups[1].Value}", manual, StringComparison.Ordinal);
            Assert.Contains($"\"./run.sh {string.Join(' ', words)}", manual, StringComparison.Ordinal);
            if (words.Length == 1) Assert.Matches($@"\nExamples\n(?s:.*)\./run\.sh {words[0]}", help.Output);
            foreach (string sub in CommandsIn(help.Output)) left.Enqueue([.. words, sub]);
        }
        Assert.All(root.Output.Split('\n'), text => Assert.InRange(text.Length, 0, 80));
    }

    [Fact]
    public void The_manual_has_no_line_that_roff_would_misread()
    {
        string[] requests = [".TH", ".SH", ".SS", ".PP", ".TP", ".B", ".I", ".nf", ".fi", ".RS", ".RE"];
        string[] lines = Done("man").Output.Split('\n');
        Assert.All(lines.Where(text => text.StartsWith('.')), text => Assert.Contains(text.Split(' ')[0], requests));
        Assert.DoesNotContain(lines, text => text.StartsWith('\''));
        // a plain hyphen would be typeset as one that no shell takes
        Assert.DoesNotContain(lines, text => text.Replace("\\-", "", StringComparison.Ordinal).Contains("--", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("./run.sh ru", "run")]
    [InlineData("./run.sh run migrate-b", "migrate-batching")]
    [InlineData("./run.sh run migrate-batching --sha", "--shape")]
    [InlineData("./run.sh run migrate-batching --shape tw", "two-cpus two-threads")]
    [InlineData("./run.sh run migrate-batching --on vm:6.1", "6.1 6.12")]                // bash takes a colon for the end of a word
    [InlineData("./run.sh run migrate-batching --arm after=vm:6.1", "6.1 6.12")]
    [InlineData("./run.sh run migrate-batching --arm after=loc", "local")]
    public void Bash_completes_a_line(string typed, string offered)
    {
        string script = line.File("completion.bash");
        File.WriteAllText(script, Done("completion", "bash").Output + $$"""

            function ./run.sh() { {{string.Join(' ', line.Start().ArgumentList.Skip(1))}} "$@"; }
            compopt() { :; }
            COMP_LINE=$1 COMP_POINT=${#1}
            # as readline splits a line: at blanks, and at : and =, which are words of their own
            read -ra COMP_WORDS <<<"$(sed 's/[:=]/ & /g' <<<"$1")"
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _harness
            echo "${COMPREPLY[*]}"
            """);
        Ended ended = CommandLine.Wait(line.Wrapped(["bash", script, typed]));
        Assert.True(ended.Code == 0, ended.Errors);
        Assert.Equal(offered, ended.Output.Trim().Replace('\n', ' '));
    }

    [Theory]
    [InlineData("run migrate-b", "migrate-batching")]
    [InlineData("run migrate-batching --shape tw", "two-cpus two-threads")]
    [InlineData("run migrate-batching --arm after=vm:6.1", "after=vm:6.1 after=vm:6.12")]
    [InlineData("history exp", "export")]
    [InlineData("-", "--help --version -? -h")]
    public void Fish_and_zsh_complete_a_line(string typed, string offered)
    {
        string script = line.File("run.sh");
        File.WriteAllText(script, $"#!/bin/sh\nexec {string.Join(' ', line.Start().ArgumentList.Skip(1))} \"$@\"\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        string[] shells =
        [
            "fish --no-config -c './run.sh completion fish | source; complete -C \"./run.sh $argv\"'",
            // the completion system gives a widget the words of the line, and compadd takes what it found
            "zsh -f -c 'compdef() { :; }; compadd() { print -rl -- $found; }; source <(./run.sh completion zsh); words=(./run.sh $@); _harness' zsh",
        ];
        foreach (string shell in shells)
        {
            ProcessStartInfo start = line.Wrapped(["sh", "-c", $"{shell} {typed}"]);
            start.WorkingDirectory = Path.GetDirectoryName(script);
            start.Environment["HOME"] = start.WorkingDirectory;
            Ended ended = CommandLine.Wait(start);
            Assert.True(ended.Code == 0, ended.Errors);
            Assert.Equal(offered, string.Join(' ', ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)));
        }
    }

    [Fact]
    public void Colours_are_on_a_terminal_only_and_not_when_NO_COLOR_is_set()
    {
        ProcessStartInfo onTerminal = OnTerminal();
        Assert.Matches(Colour(), CommandLine.Wait(onTerminal).Output);
        ProcessStartInfo refused = OnTerminal();
        refused.Environment["NO_COLOR"] = "1";
        Ended without = CommandLine.Wait(refused);
        Assert.Contains("memory_tier", without.Output, StringComparison.Ordinal);
        Assert.DoesNotMatch(Colour(), without.Output);
        Assert.DoesNotContain('\u001b', Done("doctor").Output);
    }

    private ProcessStartInfo OnTerminal()
    {
        ProcessStartInfo start = line.Wrapped(["script", "-qec", $"{string.Join(' ', line.Start("doctor").ArgumentList.Skip(1))}", "/dev/null"]);
        start.Environment["TERM"] = "xterm-256color";
        start.Environment.Remove("NO_COLOR");
        return start;
    }

    private Ended Done(params string[] arguments)
    {
        Ended ended = line.Run(arguments);
        Assert.True(ended.Code == 0, $"{string.Join(' ', arguments)}: {ended.Errors}");
        return ended;
    }

    private static IEnumerable<string> CommandsIn(string help)
    {
        string[] lines = help.Split('\n');
        int at = Array.IndexOf(lines, "Commands");
        return at < 0 ? [] : lines.Skip(at + 1).TakeWhile(text => text.Length > 0).Select(text => CommandName().Match(text))
            .Where(match => match.Success).Select(match => match.Groups[1].Value);
    }

    private static string Plain(string roff) => roff.Replace("\\-", "-", StringComparison.Ordinal).Replace("\\(aq", "'", StringComparison.Ordinal);

    [GeneratedRegex(@"^  (-[^ ,]*(?:, --[^ ]+)?)", RegexOptions.Multiline)]
    private static partial Regex OptionLine();

    [GeneratedRegex(@"^  ([a-z]\S*)")]
    private static partial Regex CommandName();

    [GeneratedRegex(@"\e\[(?:\d+;)*(?:3[0-7]|38|9[0-7])[;m]")]
    private static partial Regex Colour();
}
