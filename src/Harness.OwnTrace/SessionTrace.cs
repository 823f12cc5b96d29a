using Harness.Records;

namespace Harness.OwnTrace;

/// <summary>
/// Traces the harness's own runtime through a session, in pieces: each piece is read as soon as it is cut off, outside the windows. That
/// the process cannot be traced (<c>DOTNET_EnableDiagnostics=0</c>, no room for temporary files) is a note, never an error.
/// </summary>
public sealed class SessionTrace : IDisposable
{
    private RuntimeTrace? piece;
    private IReadOnlyList<string> open = [];

    /// <summary>Begins to trace.</summary>
    public SessionTrace() => Begin();

    /// <summary>What was seen up to the last cut.</summary>
    public SessionCost Cost { get; private set; } = new();

    /// <summary>Ends a piece, adds what it says to <see cref="Cost"/>, and begins the next.</summary>
    /// <returns>What the runtime did in the window of a run; null when the piece has no window, or lost events.</returns>
    public async Task<PhaseCost?> CutAsync()
    {
        if (piece is null) return null;
        (TraceReading? reading, string? why) = await piece.StopAsync(open);
        piece.Dispose();
        piece = null;
        if (reading is not { Lost: 0 }) why ??= $"the trace of the harness's own runtime lost {reading!.Lost} events";
        if (reading is not null) open = reading.Open;
        Cost = Cost.Plus(new SessionCost { Phases = reading?.Phases ?? [], Notes = why is null ? [] : [why] });
        Begin();
        return reading is { Lost: 0 } ? reading.Phases.FirstOrDefault(phase => phase.Phase == Phases.Window) : null;
    }

    /// <inheritdoc />
    public void Dispose() => piece?.Dispose();

    private void Begin()
    {
        piece = RuntimeTrace.TryStart(out string? why);
        if (why is not null) Cost = Cost.Plus(new SessionCost { Notes = [why] });
    }
}
