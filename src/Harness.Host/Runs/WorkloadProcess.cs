using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Harness.Records;

namespace Harness.Host.Runs;

/// <summary>
/// A workload's process: its lines, its end, its forced end when the time is up. Disposing leaves no process of it behind.
/// </summary>
internal sealed class WorkloadProcess : IDisposable
{
    // .NET gives the exit code of a process ended by a signal as a shell does.
    private const int SignalBase = 128;
    private const int Sigkill = 9;

    // Processes the workload left behind may keep its output open. What has come within this time of its own end is all. Assumed.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly string name;
    private readonly Process process;
    private readonly RunMark mark;
    private readonly OutputLines output;
    private readonly ErrorTail errors;
    private readonly CancellationToken end;
    private readonly CancellationTokenSource noMoreOutput;
    private readonly CancellationTokenRegistration killAtEnd;

    private WorkloadProcess(string name, Process process, RunMark mark, CancellationToken end)
    {
        this.name = name;
        this.process = process;
        this.mark = mark;
        this.end = end;
        noMoreOutput = CancellationTokenSource.CreateLinkedTokenSource(end);
        output = new OutputLines(process.StandardOutput.BaseStream);
        errors = new ErrorTail(process.StandardError.BaseStream);
        killAtEnd = end.Register(Kill);
        process.Exited += (_, _) => noMoreOutput.CancelAfter(Grace);
        process.EnableRaisingEvents = true;
    }

    /// <summary>Starts a program. No shell reads its arguments.</summary>
    /// <param name="name">The workload's name, for messages.</param>
    /// <param name="program">Full path of the program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="end">Ends the process with all its children.</param>
    /// <exception cref="RunFailedException">The kernel could not start it.</exception>
    internal static WorkloadProcess Start(string name, string program, IReadOnlyList<string> arguments, CancellationToken end)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(program),
        };
        RunMark mark = RunMark.Put(start);
        try
        {
            return new WorkloadProcess(name, Process.Start(start)!, mark, end);
        }
        catch (Win32Exception e)
        {
            throw new RunFailedException(FailureKind.WorkloadExit,
                $"workload {name}: {program} cannot be started: {e.Message}", inner: e);
        }
    }

    /// <summary>Reads on to the line that says <c>ready</c>.</summary>
    /// <exception cref="RunFailedException">The program ended first.</exception>
    internal void WaitForReady()
    {
        while (NextLine() is { } line)
        {
            if (line.TrimEnd() == "ready") return;
        }
        throw EndedEarly("before it printed 'ready'");
    }

    /// <summary>Lets the measured part begin.</summary>
    internal void Go()
    {
        try
        {
            process.StandardInput.Write("go\n");
            process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // It is gone; the wait for its result says how.
        }
    }

    /// <summary>Reads on to the result: the next line that begins with a brace. Other lines are the workload's chatter.</summary>
    /// <exception cref="RunFailedException">The program ended first.</exception>
    internal string WaitForResult()
    {
        while (NextLine() is { } line)
        {
            if (line.StartsWith('{')) return line;
        }
        throw EndedEarly("without a result");
    }

    /// <summary>Closes its input, so that it tears down, and waits for the end of its output and of itself.</summary>
    /// <exception cref="RunFailedException">It left with an error.</exception>
    internal void Finish()
    {
        if (WaitForExit() != 0) throw EndedEarly("after its result");
    }

    /// <summary>True when it was ended by SIGKILL, as the OOM killer does.</summary>
    internal bool WasKilled => process.HasExited && process.ExitCode == SignalBase + Sigkill;

    /// <inheritdoc />
    public void Dispose()
    {
        killAtEnd.Dispose();
        Kill();
        mark.KillBearers();
        output.Dispose();
        process.Dispose();
    }

    private string? NextLine()
    {
        try
        {
            return output.Next(noMoreOutput.Token);
        }
        catch (OperationCanceledException) when (!end.IsCancellationRequested)
        {
            return null;
        }
    }

    private int WaitForExit()
    {
        CloseInput();
        try
        {
            output.Drain(noMoreOutput.Token);
        }
        catch (OperationCanceledException) when (!end.IsCancellationRequested)
        {
            // It is gone, and what it left behind keeps its output open.
        }

        // The registration kills it at the run's end, so this wait has one too.
        process.WaitForExit();
        end.ThrowIfCancellationRequested();
        return process.ExitCode;
    }

    private RunFailedException EndedEarly(string when)
    {
        int code = WaitForExit();
        string last = errors.LastLine();
        string how = code is > SignalBase and <= SignalBase + 64
            ? string.Create(CultureInfo.InvariantCulture, $"was ended by signal {code - SignalBase}")
            : string.Create(CultureInfo.InvariantCulture, $"left with exit code {code}");
        FailureKind kind = code is SignalBase + 1 or SignalBase + 2 or SignalBase + 15
            ? FailureKind.Interrupted
            : FailureKind.WorkloadExit;
        return new RunFailedException(kind, $"workload {name} {how} {when}{(last.Length > 0 ? ": " : "")}{last}");
    }

    private void CloseInput()
    {
        try
        {
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It was gone before it read what it was sent.
        }
    }

    private void Kill()
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // Gone already.
        }
    }
}
