namespace Harness.Records;

/// <summary>
/// An expected end: the message is one clear line (what, where, what to do) that is printed as it stands, without a stack trace,
/// before the process leaves with <see cref="ExitCode"/>.
/// </summary>
public abstract class HarnessException(string message, ExitCode exitCode, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The code the process leaves with.</summary>
    public ExitCode ExitCode { get; } = exitCode;
}

/// <summary>An input (command line, plan, request, stored file) cannot be taken; exit code 2.</summary>
public sealed class UsageException(string message, Exception? inner = null) : HarnessException(message, ExitCode.Usage, inner);

/// <summary>This host lacks what was asked of it (privilege, a node, QEMU, a kernel, disk space); exit code 3.</summary>
public sealed class HostCannotException(string message, Exception? inner = null) : HarnessException(message, ExitCode.HostCannot, inner);

/// <summary>A run was started and did not give a record; exit code 4.</summary>
public sealed class RunFailedException(FailureKind kind, string message, string? log = null, Exception? inner = null)
    : HarnessException(message, ExitCode.RunFailed, inner)
{
    /// <summary>The named failure.</summary>
    public FailureKind Kind { get; } = kind;

    /// <summary>The kept log (a guest's console, a workload's standard error) as an absolute path, or null when there is none.</summary>
    public string? Log { get; } = log;
}
