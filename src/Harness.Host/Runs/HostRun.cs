using Harness.Records;

namespace Harness.Host.Runs;

/// <summary>Executes one run on this host: knobs, warm-up, snapshot, measured part, snapshot, restore.</summary>
public static class HostRun
{
    /// <summary>Executes the run and gives its record.</summary>
    /// <param name="request">What to run.</param>
    /// <param name="folders">Where the programs and the journal are.</param>
    /// <param name="target">The target's name for the record.</param>
    /// <param name="origin">How the numbers of this host count.</param>
    /// <param name="cancel">Ends the workload, restores the knobs, then throws.</param>
    public static Task<RunRecord> ExecuteAsync(RunRequest request, Folders folders, string target, Origin origin, CancellationToken cancel) => throw new NotImplementedException();
}
