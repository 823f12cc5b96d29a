using System.Runtime.InteropServices;

namespace Harness.Host;

/// <summary>Turns SIGINT, SIGTERM and SIGHUP into a cancellation, so that a run ends by restoring what it changed.</summary>
public sealed class Signals : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;

    /// <summary>Begins to take the three signals.</summary>
    public Signals()
    {
        registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, Cancel),
        ];
    }

    /// <summary>Cancelled by the first of them.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>Gives them back to the system's default.</summary>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in registrations) registration.Dispose();
        source.Dispose();
    }

    private void Cancel(PosixSignalContext context)
    {
        context.Cancel = true; // the process leaves by itself once knobs are restored and guests are gone
        source.Cancel();
    }
}
