using System.Globalization;
using Harness.Analysis;
using Harness.Experiments;
using Harness.Host.Knobs;
using Harness.Records;
using Harness.Reports;
using Harness.Store;
using Harness.Targets;

namespace Harness.Cli;

/// <summary>Records a run into a file, or finds out what recording it costs.</summary>
/// <param name="folders">Where things live.</param>
/// <param name="work">What runs.</param>
/// <param name="recording">Where to, and how.</param>
/// <param name="json">True to print one JSON object.</param>
internal sealed class RecordJob(Folders folders, RecordedWork work, RecordingRequest recording, bool json)
{
    private const string Without = "without";
    private const string With = "with";

    private readonly string session = "record-" + DateTime.UtcNow.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);

    /// <summary>One run, recorded.</summary>
    /// <returns>The exit code.</returns>
    public Task<int> RunAsync(CancellationToken cancel) => OnTargetAsync(async target =>
    {
        Notice($"recording {work.Subject} on {target.Name}");
        RunRecord record = await RunAsync(target, work.Request(session, 0, 0) with { Recording = recording }, cancel);
        if (record.Find(ExternalProgram.ExitCodeCounter) is { } left) Notice($"note: the command left with exit code {left.Value:0}");
        // of the file as it now lies on this host, so that the store can tell whether it is still the same
        RecordingSummary summary = record.Recording! with { Checksum = await RecordedFile.ChecksumAsync(recording.Path, cancel) };
        if (json) CliJson.Print(summary);
        else RecordingReport.Write(ReportConsole.On(Console.Out), work.Subject, target.Name, recording, summary);
        try
        {
            using ResultStore store = StoredSession.OpenStore(folders);
            store.SaveRecord(record with { Recording = summary });
        }
        catch (HarnessException e)
        {
            Notice($"note: the recording is complete, and 'history recordings' will not list it: {e.Message}");
        }
    }, cancel);

    /// <summary>Pairs of runs without and with a recording, the order turned round each time.</summary>
    /// <param name="pairs">How many.</param>
    /// <param name="cancel">Ends the run under way.</param>
    /// <returns>The exit code.</returns>
    public Task<int> CompareAsync(int pairs, CancellationToken cancel) => OnTargetAsync(async target =>
    {
        List<RunRecord> records = [];
        for (int run = 0; run < 2 * pairs; run++)
        {
            int pair = run / 2;
            bool recorded = (run + pair) % 2 == 1;
            RunRequest request = work.Request(session, pair, run) with { Arm = recorded ? With : Without };
            Notice($"[{run + 1}/{2 * pairs}] {request.Arm} a recording, pair {pair + 1}");
            records.Add(await RunAsync(target, recorded ? request with { Recording = recording } : request, cancel));
        }
        Comparison comparison = Comparison.Of(records, Without, With, work.Counters);
        if (json) Console.Out.WriteLine(AnalysisJson.Write(comparison));
        else RecordingReport.WriteOverhead(ReportConsole.On(Console.Out), $"{work.Subject} on {target.Name}", comparison, records);
    }, cancel);

    /// <summary>
    /// A run; in a guest that went down, once more in another, as a session's runs are. On this host nothing is run twice unasked.
    /// </summary>
    private async Task<RunRecord> RunAsync(ITarget target, RunRequest request, CancellationToken cancel)
    {
        try
        {
            return await target.RunAsync(request, Logs, cancel);
        }
        catch (RunFailedException e) when (e.Kind.CanRetryHelp() && TargetName.Parse(work.Target).Kind == TargetKind.Vm)
        {
            Notice($"note: {e.Message}; it is run once more");
            return await target.RunAsync(request, Logs, cancel);
        }
    }

    private string Logs => Path.Combine(folders.Sessions, session);

    private async Task<int> OnTargetAsync(Func<ITarget, Task> act, CancellationToken cancel)
    {
        using HostLock held = HostLock.Take(folders);
        foreach (RestoreReport report in new KnobService(folders).Settle()) Notice($"note: {report.Message}");
        await using ITarget target = await TargetFactory.OpenAsync(
            work.Target, work.Options with { TraceFile = recording.Path }, besideGuests: false, folders, new Lines(), cancel);
        await act(target);
        return (int)ExitCode.Done;
    }

    private static void Notice(string line) => Console.Error.WriteLine(line);

    private sealed class Lines : IProgress<string>
    {
        public void Report(string value) => Notice(value);
    }
}
