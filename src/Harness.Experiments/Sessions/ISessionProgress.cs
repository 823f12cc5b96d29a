using Harness.Records;

namespace Harness.Experiments;

/// <summary>Where a session stands.</summary>
/// <param name="Run">The run that starts or has finished.</param>
/// <param name="Number">Its number among all attempts of this session, from 1.</param>
/// <param name="Total">Attempts that this session takes, as far as is known: retries are added as runs fail.</param>
/// <param name="Remaining">Estimate of the time left: runs left of each arm times what its runs took; null before the first run is
/// over.</param>
public sealed record RunProgress(ManifestRun Run, int Number, int Total, TimeSpan? Remaining);

/// <summary>Told what a session does, as it does it.</summary>
public interface ISessionProgress
{
    /// <summary>The session was created or taken up again.</summary>
    void Opened(Manifest manifest);

    /// <summary>A run starts.</summary>
    void Started(RunProgress progress);

    /// <summary>A run is over and its record is on disk.</summary>
    void Finished(RunProgress progress, RunRecord record);

    /// <summary>Something worth one line.</summary>
    void Notice(string line);
}
