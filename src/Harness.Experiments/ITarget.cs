using Harness.Records;

namespace Harness.Experiments;

/// <summary>
/// Where a run is executed: this host, a guest, the model. Opened once for each arm of a session, asked for one run at a time, and disposed
/// at the end; disposing leaves no process and no changed setting behind.
/// </summary>
public interface ITarget : IAsyncDisposable
{
    /// <summary>The target as the user named it.</summary>
    string Name { get; }

    /// <summary>Executes one run.</summary>
    /// <param name="request">What to run.</param>
    /// <param name="logs">Folder of the session that keeps logs; a failure's log is left there.</param>
    /// <param name="cancel">Ends the run; settings are restored and processes gone before the exception leaves.</param>
    /// <returns>A record whose state is <see cref="RunState.Done"/>.</returns>
    /// <exception cref="RunFailedException">The run failed; the target can be asked for another run.</exception>
    /// <exception cref="HostCannotException">This host can never execute such a run.</exception>
    Task<RunRecord> RunAsync(RunRequest request, string logs, CancellationToken cancel);
}
