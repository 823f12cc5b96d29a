using System.CommandLine;
using Harness.Host;
using Harness.Host.Knobs;
using Harness.Records;

namespace Harness.Cli;

internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        using Signals signals = new();
        Folders folders = Folders.FromEnvironment();
        try
        {
            RootCommand root = Verbs.Root(folders);
            ParseResult parsed = root.Parse(args);
            bool completes = root.Directives.Any(directive => parsed.GetResult(directive) is not null);    // a line that is not yet whole
            if (parsed.Errors.Count > 0 && !completes) return Refuse(parsed);
            if (!completes)
            {
                foreach (string note in new KnobService(folders).NotesAtStart()) Console.Error.WriteLine($"note: {note}");
            }
            InvocationConfiguration invocation = new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await parsed.InvokeAsync(invocation, signals.Token);
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            Console.Error.WriteLine($"interrupted: no guest is left running and {StillChanged(folders)}; a session goes on with --resume");
            return (int)ExitCode.Interrupted;
        }
        catch (HarnessException e)
        {
            Console.Error.WriteLine($"error: {e.Message}");
            if (e is RunFailedException { Log: { } log }) Console.Error.WriteLine($"log: {log}");
            return (int)e.ExitCode;
        }
    }

    private static string StillChanged(Folders folders)
    {
        IEnumerable<string> left = new KnobService(folders).List()
            .Where(knob => knob.Open is { Owner: KnobOwner.Run } open && open.Process.Pid == Environment.ProcessId)
            .Select(knob => $"{knob.State.Knob.Name} is still {knob.State.Value ?? "absent"} (was {knob.Open!.Old})");
        return string.Join(", ", left) is { Length: > 0 } changed ? $"{changed}, try 'knobs restore'" : "every knob is back";
    }

    /// <summary>One line on what the command line has wrong, and where to look.</summary>
    private static int Refuse(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        bool unknownVerb = command is RootCommand && parsed.UnmatchedTokens.Count > 0;
        string verbs = string.Join(", ", command.Subcommands.Select(verb => verb.Name));
        string what = unknownVerb
            ? $"unknown verb '{parsed.UnmatchedTokens[0]}'; the verbs are {verbs}"
            : parsed.Errors[0].Message.TrimEnd('.');
        string help = command is RootCommand ? "./run.sh --help" : $"./run.sh {command.Name} --help";
        Console.Error.WriteLine($"error: {what} (see {help})");
        return (int)ExitCode.Usage;
    }
}
