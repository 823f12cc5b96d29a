using Harness.Host.Channel;
using Harness.Records;
using Microsoft.Win32.SafeHandles;

namespace Harness.Agent;

/// <summary>
/// The harness where no harness is installed: executes run requests that arrive on a channel and answers with run records.
/// <c>harness-agent serve PATH</c> speaks on a tty that is already in raw mode, <c>harness-agent serve -</c> on standard input and output.
/// </summary>
internal static class AgentProgram
{
    public static async Task<int> MainAsync(string[] args)
    {
        if (args is not ["serve", { Length: > 0 } path])
        {
            await Console.Error.WriteLineAsync(
                "usage: harness-agent serve PATH|-   (PATH: a tty in raw mode; -: standard input and output)");
            return (int)ExitCode.Usage;
        }
        try
        {
            using FileStream input = Open(path, 0, FileAccess.Read);
            using FileStream output = Open(path, 1, FileAccess.Write);
            await new Server(new MessageChannel(input, output), Folders.FromEnvironment()).ServeAsync();
            return (int)ExitCode.Done;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"harness-agent: {path}: {e.Message}");
            return (int)ExitCode.HostCannot;
        }
    }

    /// <summary>Unbuffered: a message is written whole and read as its bytes come.</summary>
    private static FileStream Open(string path, int descriptor, FileAccess access) => path == "-"
        ? new FileStream(new SafeFileHandle(descriptor, ownsHandle: false), access, bufferSize: 0)
        : new FileStream(path, FileMode.Open, access, FileShare.ReadWrite, bufferSize: 0);
}
