using System.CommandLine;
using Harness.Records;
using Harness.Reports;
using Harness.Store;

namespace Harness.Cli;

/// <summary><c>history recordings</c>: the recordings that were made, and whether their files are still what they were.</summary>
internal static class HistoryRecordings
{
    public static Command Create(Folders folders)
    {
        Option<bool> verify = new("--verify") { Description = "Read each file and compare its SHA-256 too, not its length alone" };
        Option<bool> json = CommonOptions.Json();
        Command recordings = new("recordings",
            """
            Lists the recordings that 'record' made, the newest first: when, the file and whether it is still there, of what, on which target,
            events, events lost and bytes. A file that is there but is not the one recorded is called changed.

            Example: ./run.sh history recordings --verify
            """)
        { verify, json };
        recordings.SetAction(async (parsed, cancel) =>
        {
            IReadOnlyList<RunRecord> found;
            using (ResultStore store = StoredSession.OpenStore(folders)) found = store.Recordings();
            List<Listed> listed = [];
            foreach (RunRecord record in found)
                listed.Add(new Listed(record, await RecordedFile.StateAsync(record, parsed.GetValue(verify), cancel)));
            if (parsed.GetValue(json)) CliJson.Print(new { recordings = listed.Select(Json) });
            else Write(listed);
            if (found.Count == 0) Console.Error.WriteLine("note: no recording is stored; ./run.sh record PLAN -o FILE makes one");
            return (int)ExitCode.Done;
        });
        return recordings;
    }

    private static object Json(Listed listed) => new
    {
        file = Path(listed),
        state = listed.State,
        listed.Record.Started,
        subject = Subject(listed),
        listed.Record.Target,
        kernel = listed.Record.Host?.KernelRelease,
        recording = listed.Record.Recording,
    };

    private static void Write(IReadOnlyList<Listed> recordings)
    {
        TextTable table = new(
            new TextColumn("of"),
            new TextColumn("target"),
            new TextColumn("events", Right: true),
            new TextColumn("lost", Right: true),
            new TextColumn("bytes", Right: true));
        foreach (Listed listed in recordings)
        {
            RecordingSummary recording = listed.Record.Recording!;
            table.Over($"{Plain.Minute(listed.Record.Started)}  {Path(listed)}", Plain.Word(listed.State));
            table.Row(
                Subject(listed),
                listed.Record.Target,
                Plain.Whole(recording.Events),
                Plain.Whole(recording.Lost),
                Plain.Whole(recording.Bytes));
        }
        if (recordings.Count > 0) table.Write(ReportConsole.On(Console.Out));
    }

    private static string Path(Listed listed) => listed.Record.Request.Recording?.Path ?? "";

    private static string Subject(Listed listed) => listed.Record.Request.Recording?.Subject ?? listed.Record.Request.Plan;

    private sealed record Listed(RunRecord Record, FileState State);
}
