namespace Harness.Records;

/// <summary>What the process answers with. The README documents each value; scripts rely on them.</summary>
public enum ExitCode
{
    /// <summary>Done, and nothing was found wrong.</summary>
    Done = 0,

    /// <summary>The comparison found a regression, or the validation a miss.</summary>
    Found = 1,

    /// <summary>The command line, a plan or another input cannot be taken as it is.</summary>
    Usage = 2,

    /// <summary>This host cannot do what was asked; the message names what is missing.</summary>
    HostCannot = 3,

    /// <summary>A run failed, or is invalid and nothing was judged; the message names the <see cref="FailureKind"/> or what did not
    /// act.</summary>
    RunFailed = 4,

    /// <summary>Interrupted by SIGINT, SIGTERM or SIGHUP; knobs have been restored.</summary>
    Interrupted = 130,
}
