using System.Diagnostics;
using Harness.Records;

namespace Harness.Host.Runs;

/// <summary>A workload that speaks the handshake or prints its result: its lines and its end.</summary>
internal sealed class WorkloadProcess : StartedProcess
{
    private readonly OutputLines output;
    private readonly OutputTail errors;
    private readonly CancellationToken end;
    private readonly CancellationTokenSource noMoreOutput;

    private WorkloadProcess(string name, ProcessStartInfo start, CancellationToken end)
        : base(name, start, end)
    {
        this.end = end;
        noMoreOutput = CancellationTokenSource.CreateLinkedTokenSource(end);
        output = new OutputLines(Process.StandardOutput.BaseStream);
        errors = new OutputTail(Process.StandardError.BaseStream, "workload errors", new byte[OutputTail.LastWords]);
        Process.Exited += (_, _) => noMoreOutput.CancelAfter(Grace);
        Process.EnableRaisingEvents = true;
    }

    /// <summary>Starts a program in its own folder.</summary>
    /// <param name="name">The workload's name, for messages.</param>
    /// <param name="program">Full path of the program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="end">Ends the process with all its children.</param>
    /// <exception cref="RunFailedException">The kernel could not start it.</exception>
    internal static WorkloadProcess Start(string name, string program, IReadOnlyList<string> arguments, CancellationToken end) =>
        new(name, new ProcessStartInfo(program, arguments) { WorkingDirectory = Path.GetDirectoryName(program) }, end);

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
            Process.StandardInput.Write("go\n");
            Process.StandardInput.Flush();
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

    /// <inheritdoc />
    public override void Dispose()
    {
        output.Dispose();
        base.Dispose();
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

        // It is killed at the run's end, so this wait has one too.
        Process.WaitForExit();
        end.ThrowIfCancellationRequested();
        return Process.ExitCode;
    }

    private RunFailedException EndedEarly(string when) => Ended(WaitForExit(), when, errors.LastLine());
}
