using System.CommandLine;
using Harness.Records;
using Harness.Store;

namespace Harness.Cli;

/// <summary><c>history export</c> and <c>history import</c>: a session as one file.</summary>
internal static class HistoryPackages
{
    public static Command Export(Folders folders)
    {
        Argument<string> session = new("session") { Description = "A session's id, its beginning, or a part that no other has" };
        Argument<string> file = new("file") { Description = "The zip file to write" };
        Option<bool> force = new("--force") { Description = "Write over a file that is there" };
        Command export = new("export",
            """
            Packs a session into one zip file: manifest, records, predictions, logs, own cost, and a SHA-256 of each. Where the session's
            folder is gone, what the store has of it.

            Example: ./run.sh history export 20261121T180056Z session.zip
            """)
        { session, file, force };
        export.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(file);
            if (Directory.Exists(path)) throw new UsageException($"{path} is a folder; name a file in it");
            if (File.Exists(path) && !parsed.GetValue(force))
                throw new UsageException($"{path} is there already; name another file or give --force");
            using ResultStore store = StoredSession.OpenStore(folders);
            Manifest manifest = store.Find(parsed.GetRequiredValue(session));
            bool fromFolder = PackageWriter.Write(store, folders.Sessions, manifest, path);
            Console.Out.WriteLine($"{path}  {new FileInfo(path).Length:N0} bytes, session {manifest.Session}");
            if (!fromFolder)
                Console.Error.WriteLine("note: the session's folder is not here; the file has what the store has: no logs and no own cost");
            return (int)ExitCode.Done;
        });
        return export;
    }

    public static Command Import(Folders folders)
    {
        Argument<string> file = new("file") { Description = "A file that 'history export' wrote" };
        Command import = new("import",
            """
            Unpacks a session and stores it. A file that is damaged, holds anything else, or is of a session that is there with other
            content is refused, and nothing is changed.

            Example: ./run.sh history import session.zip
            """)
        { file };
        import.SetAction(parsed =>
        {
            using ResultStore store = StoredSession.OpenStore(folders);
            (Manifest session, ImportOutcome outcome) = PackageReader.Import(store, folders.Sessions, parsed.GetRequiredValue(file));
            Console.Out.WriteLine(outcome == ImportOutcome.Imported
                ? $"imported session {session.Session}: {session.Runs.Count} runs of {session.Plan}"
                : $"session {session.Session} is stored already, with the same content");
            return (int)ExitCode.Done;
        });
        return import;
    }
}
