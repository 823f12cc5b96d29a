using Harness.Host.Runs;
using Harness.Host.Timelines;
using Harness.Records;

namespace Harness.Host.Recording;

/// <summary>A window that is recorded: the recording begins right before it and ends right after it.</summary>
/// <param name="window">The window; it becomes this one's.</param>
/// <param name="recorder">Set up.</param>
internal sealed class RecordedWindow(IWindow window, Recorder recorder) : IWindow
{
    /// <inheritdoc/>
    public TimelineSampler? Sampler => window.Sampler;

    /// <inheritdoc/>
    public void Begin()
    {
        recorder.Begin();
        window.Begin();
    }

    /// <inheritdoc/>
    public void End()
    {
        window.End();
        recorder.Stop();
    }

    /// <inheritdoc/>
    public IReadOnlyList<Counter> Counters() => window.Counters();

    /// <inheritdoc/>
    public void Dispose() => window.Dispose();
}
