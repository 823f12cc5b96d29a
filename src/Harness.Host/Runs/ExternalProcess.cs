using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Harness.Host.Programs;
using Harness.Records;

namespace Harness.Host.Runs;

/// <summary>
/// Somebody else's program, from its start to its end: its output kept in a file beside the run, and searched for the metrics. It runs in
/// an empty folder of its own, in the C locale, with nothing to read.
/// </summary>
internal sealed class ExternalProcess : StartedProcess
{
    /// <summary>Metric that every external program has: the time from its start to its end.</summary>
    private const string Elapsed = "elapsed";

    // Of each stream. Assumed: summaries come last, and the longest seen is a few KiB.
    private const int MostKept = 1024 * 1024;

    private readonly ExternalProgram program;
    private readonly string folder;
    private readonly OutputTail output;
    private readonly OutputTail errors;
    private readonly CancellationToken end;
    private bool kept;

    private ExternalProcess(RunRequest request, ProcessStartInfo start, string? log, KeptOutput room, CancellationToken end)
        : base(request.Workload, start, end)
    {
        program = request.Command.External!;
        folder = start.WorkingDirectory;
        Log = log;
        this.end = end;
        output = new OutputTail(Process.StandardOutput.BaseStream, "program output", room.Output);
        errors = new OutputTail(Process.StandardError.BaseStream, "program errors", room.Errors);
        CloseInput();
    }

    /// <summary>Room for the end of both streams of a program's output.</summary>
    internal readonly record struct KeptOutput(byte[] Output, byte[] Errors)
    {
        /// <summary>Takes the memory.</summary>
        internal static KeptOutput Take() => new(new byte[MostKept], new byte[MostKept]);
    }

    /// <summary>Where its output is kept; null when nowhere.</summary>
    internal string? Log { get; }

    /// <summary>Starts the program of a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="path">Full path of the program.</param>
    /// <param name="logs">Folder that its output is kept in; null to keep none.</param>
    /// <param name="room">Room for its output, taken before the window begins: so much memory at once may bring a collection about.</param>
    /// <param name="end">Ends the process with all its children.</param>
    /// <exception cref="RunFailedException">The kernel could not start it.</exception>
    internal static ExternalProcess Start(RunRequest request, string path, string? logs, KeptOutput room, CancellationToken end)
    {
        string folder = NewFolder();
        ProcessStartInfo start = new(path, request.Command.Arguments) { WorkingDirectory = folder };
        start.Environment["LC_ALL"] = "C";    // a decimal point, and no groups of thousands
        try
        {
            return new ExternalProcess(request, start, logs is null ? null : LogOf(request, logs), room, end);
        }
        catch
        {
            Delete(folder);
            throw;
        }
    }

    /// <summary>Waits for its end.</summary>
    /// <exception cref="OperationCanceledException">The deadline or an interruption came first.</exception>
    internal void WaitForExit()
    {
        // It is killed at the run's end, so this wait has one too.
        Process.WaitForExit();
        end.ThrowIfCancellationRequested();
    }

    /// <summary>What it printed, once it has ended.</summary>
    /// <param name="seconds">How long it took.</param>
    /// <param name="units">The metrics that must be there, with their units.</param>
    /// <exception cref="RunFailedException">It was no good run, or a metric is missing; the message names the kept output.</exception>
    /// <exception cref="HostCannotException">Its output cannot be kept.</exception>
    internal WorkloadResult Result(double seconds, IReadOnlyDictionary<string, string> units)
    {
        string text = Keep();
        if (!program.ExitCodes.Contains(Process.ExitCode)) throw Ended(Process.ExitCode, "at its end", errors.LastLine(), Log);
        try
        {
            if (program.Matches is { } pattern && !OutputPattern.Compile(pattern, groups: 0).IsMatch(text))
                throw Bad("it does not match what a good run prints");
            FoundMetrics found = ProgramOutput.Find(program, text);
            List<Counter> counters = [];
            foreach ((string name, string unit) in units)
            {
                string why = "";
                double value = (name == Elapsed ? seconds : found.Find(name, out why))
                    ?? throw Bad($"metric '{name}' cannot be used: {why}");
                counters.Add(new Counter { Name = "workload." + name, Unit = unit, Value = value });
            }
            // one of several that count as success, which whoever runs the program may want to know
            if (Process.ExitCode != 0)
                counters.Add(new Counter { Name = ExternalProgram.ExitCodeCounter, Unit = "", Value = Process.ExitCode });
            return new WorkloadResult(Checksum: null, counters);
        }
        catch (RegexMatchTimeoutException)
        {
            throw Bad("searching it took too long");
        }
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        base.Dispose();
        if (!kept) Keep();
        Delete(folder);
    }

    private static string NewFolder()
    {
        try
        {
            return Directory.CreateTempSubdirectory("harness-run-").FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostCannotException($"a folder for the program to run in cannot be made: {e.Message}", e);
        }
    }

    private static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A temporary folder is no reason to lose a run.
        }
    }

    private static string LogOf(RunRequest request, string logs)
    {
        string arm = string.Concat(request.Arm.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_'));
        return Path.Combine(logs, string.Create(CultureInfo.InvariantCulture, $"{request.Sequence:000}-{arm}-output.txt"));
    }

    /// <summary>Writes both streams down, and gives them one after the other.</summary>
    private string Keep()
    {
        kept = true;
        output.Wait(Grace);
        errors.Wait(Grace);
        string text = $"{output.Text()}\n{errors.Text()}";
        if (Log is null) return text;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Log)!);
            File.WriteAllText(Log, text);
            return text;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostCannotException($"the output of workload {Name} cannot be kept in {Log}: {e.Message}", e);
        }
    }

    private RunFailedException Bad(string what) => new(
        FailureKind.WorkloadExit, $"workload {Name}: its output cannot be used: {what}{(Log is null ? "" : $" (kept in {Log})")}", Log);
}
