using System.Runtime.InteropServices;

namespace Harness.Cli;

/// <summary>Turns SIGINT, SIGTERM and SIGHUP into a cancellation, so that a run ends by restoring what it changed.</summary>
internal sealed class Signals : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;

    public Signals()
    {
        registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, Cancel),
        ];
    }

    public CancellationToken Token => source.Token;

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
