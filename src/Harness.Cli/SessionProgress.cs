using Harness.Experiments;
using Harness.Records;

namespace Harness.Cli;

/// <summary>
/// A session's progress, a line a run. The store learns of the session here too, since this is where it is first known.
/// </summary>
internal sealed class SessionProgress(SessionStore store) : ISessionProgress, IProgress<string>
{
    private readonly LiveLine line = new();

    public void Opened(Manifest manifest)
    {
        store.SaveSession(manifest);
        int left = manifest.Runs.Count(run => run.State is RunState.Planned or RunState.Running);
        Notice($"session {manifest.Session}: {left} runs");
    }

    public void Started(RunProgress progress)
    {
        string left = progress.Remaining is { } time ? $", about {Math.Ceiling(time.TotalSeconds):0} s left" : "";
        line.Show($"[{progress.Number}/{progress.Total}] {progress.Run.Arm}, pair {progress.Run.Pair + 1}{left}");
    }

    public void Finished(RunProgress progress, RunRecord record)
    {
        if (record.State == RunState.Done) return;
        string state = record.State == RunState.Failed ? "failed" : "is invalid";
        Notice($"{progress.Run.Arm}, pair {progress.Run.Pair + 1} {state}: {record.Why}");
    }

    public void Notice(string text) => line.Notice(text);

    public void Report(string value) => Notice(value);

    /// <summary>The session is over.</summary>
    public void End() => line.End();
}
