using Harness.Host;
using Harness.Host.Channel;
using Harness.Host.Knobs;
using Harness.Host.Recording;
using Harness.Host.Recording.Symbols;
using Harness.Records;
using Microsoft.Win32.SafeHandles;

namespace Harness.Agent;

/// <summary>
/// The harness where no harness is installed: executes run requests that arrive on a channel and answers with run records, and puts knobs
/// back after a kill or a reboot.
/// </summary>
internal static class AgentProgram
{
    private const string Usage =
        """
        usage: harness-agent serve PATH|-          run what is asked for on a tty in raw mode, or on standard input and output
               harness-agent knobs list            every knob with its value and what the journal says of it
               harness-agent knobs set NAME VALUE  set a knob until 'knobs restore'; the old value is kept in the journal first
               harness-agent knobs restore [--force]
                                                   put back every knob that is still changed; --force overwrites what others have set since
               harness-agent probes                what would be asked of this kernel to record a run, and what it cannot answer
        The journal lies in HARNESS_HOME (as root /var/lib/harness). Every start first puts back what a killed run left.
        """;

    public static async Task<int> MainAsync(string[] args)
    {
        Folders folders = Folders.FromEnvironment();
        try
        {
            switch (args)
            {
                case ["serve", { Length: > 0 } path]:
                    PrintNotes(folders);
                    return (int)await ServeAsync(path, folders);
                case ["knobs", .. string[] words] when KnobsVerb.Find(words, folders) is { } verb:
                    PrintNotes(folders);
                    return (int)verb();
                case ["probes"]:
                    ProbeSet.Choose(KernelSymbols.OfThisHost(), switches: true).Print(Console.Out);
                    return (int)ExitCode.Done;
                case ["--help"]:
                    await Console.Out.WriteLineAsync(Usage);
                    return (int)ExitCode.Done;
                default:
                    await Console.Error.WriteLineAsync(Usage);
                    return (int)ExitCode.Usage;
            }
        }
        catch (HarnessException e)
        {
            await Console.Error.WriteLineAsync($"harness-agent: {e.Message}");
            return (int)e.ExitCode;
        }
    }

    private static void PrintNotes(Folders folders)
    {
        foreach (string note in new KnobService(folders).NotesAtStart()) Console.Error.WriteLine($"note: {note}");
    }

    private static async Task<ExitCode> ServeAsync(string path, Folders folders)
    {
        using Signals signals = new();
        try
        {
            using FileStream input = Open(path, 0, FileAccess.Read);
            using FileStream output = Open(path, 1, FileAccess.Write);
            await new Server(new MessageChannel(input, output), folders).ServeAsync(signals.Token);
            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostCannotException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>Unbuffered: a message is written whole and read as its bytes come.</summary>
    private static FileStream Open(string path, int descriptor, FileAccess access) => path == "-"
        ? new FileStream(new SafeFileHandle(descriptor, ownsHandle: false), access, bufferSize: 0)
        : new FileStream(path, FileMode.Open, access, FileShare.ReadWrite, bufferSize: 0);
}
