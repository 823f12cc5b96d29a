using System.Diagnostics.Tracing;
using System.Net.Sockets;
using Harness.Records;
using Microsoft.Diagnostics.NETCore.Client;

namespace Harness.OwnTrace;

/// <summary>
/// A running event trace of this process's own runtime: collections, pauses, compilations and <see cref="Phases"/>. The events go to a file
/// without a name in the temporary folder, which is gone with the process however that ends. Between events nothing of it runs.
/// </summary>
internal sealed class RuntimeTrace : IDisposable
{
    private const string Runtime = "Microsoft-Windows-DotNETRuntime";

    // Published: docs.microsoft.com, "Runtime provider", keywords GC (0x1) and JIT (0x10). Verbose is what tells when a compilation begins.
    private const long GcAndJit = 0x1 | 0x10;

    // Assumed: a start of the harness compiles a few thousand methods at half a kilobyte each, and the runtime hands them on each 100 ms.
    private const int BufferMegabytes = 4;

    private readonly EventPipeSession session;
    private readonly FileStream file;
    private readonly Task copy;

    private RuntimeTrace(EventPipeSession session)
    {
        this.session = session;
        string path = Path.Combine(Path.GetTempPath(), $"harness-trace-{Environment.ProcessId}-{Guid.NewGuid():N}");
        file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete);
        File.Delete(path);
        copy = session.EventStream.CopyToAsync(file);
    }

    /// <summary>Begins to trace.</summary>
    /// <returns>Null when this process cannot be traced.</returns>
    public static RuntimeTrace? TryStart(out string? why)
    {
        EventPipeProvider[] providers =
        [
            new(Runtime, EventLevel.Verbose, GcAndJit),
            new(Phases.ProviderName, EventLevel.Informational),
        ];
        why = null;
        try
        {
            EventPipeSession session = new DiagnosticsClient(Environment.ProcessId)
                .StartEventPipeSession(providers, requestRundown: false, BufferMegabytes);
            return new RuntimeTrace(session);
        }
        catch (Exception e) when (IsRefusal(e))
        {
            why = $"the harness's own runtime could not be traced: {e.Message.ReplaceLineEndings(" ")}";
            return null;
        }
    }

    /// <summary>Ends the trace and reads it.</summary>
    /// <param name="open">Phases that were open when it began.</param>
    /// <returns>Null when it was lost on the way.</returns>
    public async Task<(TraceReading? Reading, string? Why)> StopAsync(IReadOnlyList<string> open)
    {
        try
        {
            await session.StopAsync(CancellationToken.None);
            await copy;
            file.Position = 0;
            return (TraceReader.Read(file, open), null);
        }
        catch (Exception e)
        {
            // TraceEvent throws what it likes at a damaged trace, and none of it is worth a run.
            return (null, $"the trace of the harness's own runtime was lost: {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        session.Dispose();
        file.Dispose();
    }

    private static bool IsRefusal(Exception e) =>
        e is DiagnosticsClientException or IOException or SocketException or TimeoutException or UnauthorizedAccessException;
}
