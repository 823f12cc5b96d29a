using System.CommandLine;
using Harness.Records;
using Harness.Store;

namespace Harness.Cli;

/// <summary><c>history accept</c>: a night's levels become the new normal of its history.</summary>
internal static class HistoryAccept
{
    private const int LongestReason = 200;    // assumed: a line and a half of a terminal

    public static Command Create(Folders folders)
    {
        Argument<string> session = new("session")
        {
            Description = "The night's session: its id, its beginning, or a part that no other has",
        };
        Argument<string> why = new("why") { Description = "Why, in one sentence; reports of the history show it" };
        Command accept = new("accept",
            """
            Makes the levels of a night the new normal of its plan's history on its box: what had changed until then is no regression any
            more.

            Example: ./run.sh history accept 20261121T180056Z "new BIOS, as ordered"
            """)
        { session, why };
        accept.SetAction(parsed =>
        {
            string reason = parsed.GetRequiredValue(why).Trim();
            if (reason.Length is 0 or > LongestReason || reason.Any(char.IsControl))
                throw new UsageException($"say why on one line of 1 to {LongestReason} characters");
            using ResultStore store = StoredSession.OpenStore(folders);
            Manifest night = store.Find(parsed.GetRequiredValue(session));
            if (!night.Nightly) throw new UsageException($"session {night.Session} is none of 'nightly', so that it is in no history");
            if (night.Ended is null) throw new UsageException($"session {night.Session} has not ended; accept it when it has");
            night = night with { Accepted = reason };
            bool inFolder = Write(Path.Combine(folders.Sessions, night.Session, "manifest.json"), night);
            store.SaveSession(night);
            Console.Out.WriteLine($"session {night.Session} is accepted: {reason}");
            if (!inFolder) Console.Error.WriteLine($"note: the session's folder is not here; it is noted in {store.Name}");
            return (int)ExitCode.Done;
        });
        return accept;
    }

    private static bool Write(string file, Manifest manifest)
    {
        if (!File.Exists(file)) return false;
        try
        {
            DurableFile.Write(file, RecordJson.WriteIndented(manifest));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostCannotException($"{file} cannot be written: {e.Message.ReplaceLineEndings(" ")}; nothing was accepted", e);
        }
    }
}
