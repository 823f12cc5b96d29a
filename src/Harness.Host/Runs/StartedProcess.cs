using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Harness.Records;

namespace Harness.Host.Runs;

/// <summary>
/// A process that a run has started: how it ended, and its forced end when the time is up. Disposing leaves no process of it behind.
/// </summary>
internal abstract class StartedProcess : IDisposable
{
    // .NET gives the exit code of a process ended by a signal as a shell does.
    private const int SignalBase = 128;
    private const int Sigkill = 9;

    /// <summary>
    /// Processes the workload left behind may keep its output open. What has come within this time of its own end is all. Assumed.
    /// </summary>
    protected static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly RunMark mark;
    private readonly CancellationTokenRegistration killAtEnd;

    /// <summary>Starts it. No shell reads its arguments.</summary>
    /// <param name="name">The workload's name, for messages.</param>
    /// <param name="start">What to start; its streams are redirected here.</param>
    /// <param name="end">Ends the process with all its children.</param>
    /// <exception cref="RunFailedException">The kernel could not start it.</exception>
    protected StartedProcess(string name, ProcessStartInfo start, CancellationToken end)
    {
        Name = name;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        mark = RunMark.Put(start);
        try
        {
            Process = Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new RunFailedException(FailureKind.WorkloadExit,
                $"workload {name}: {start.FileName} cannot be started: {e.Message}", inner: e);
        }
        killAtEnd = end.Register(Kill);
    }

    /// <summary>True when it was ended by SIGKILL, as the OOM killer does.</summary>
    internal bool WasKilled => Process.HasExited && Process.ExitCode == SignalBase + Sigkill;

    /// <summary>The workload's name, for messages.</summary>
    protected string Name { get; }

    /// <summary>The process.</summary>
    protected Process Process { get; }

    /// <inheritdoc />
    public virtual void Dispose()
    {
        killAtEnd.Dispose();
        Kill();
        mark.KillBearers();
        Process.Dispose();
    }

    /// <summary>Closes its input.</summary>
    protected void CloseInput()
    {
        try
        {
            Process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It was gone before it read what it was sent.
        }
    }

    /// <summary>The failure of a process that should not have ended so.</summary>
    /// <param name="code">Its exit code.</param>
    /// <param name="when">When it ended, as a clause.</param>
    /// <param name="last">Its last words, or nothing.</param>
    /// <param name="log">Where its output is kept, or null.</param>
    protected RunFailedException Ended(int code, string when, string last, string? log = null)
    {
        string how = code is > SignalBase and <= SignalBase + 64
            ? string.Create(CultureInfo.InvariantCulture, $"was ended by signal {code - SignalBase}")
            : string.Create(CultureInfo.InvariantCulture, $"left with exit code {code}");
        FailureKind kind = code is SignalBase + 1 or SignalBase + 2 or SignalBase + 15
            ? FailureKind.Interrupted
            : FailureKind.WorkloadExit;
        return new RunFailedException(kind, $"workload {Name} {how} {when}{(last.Length > 0 ? ": " : "")}{last}", log);
    }

    private void Kill()
    {
        try
        {
            Process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // Gone already.
        }
    }
}
