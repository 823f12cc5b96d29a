using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using Harness.Records;

namespace Harness.Store;

/// <summary>What an import did.</summary>
public enum ImportOutcome
{
    /// <summary>The session is stored and has a folder.</summary>
    Imported,

    /// <summary>The same session was stored already; nothing was changed.</summary>
    AlreadyThere,
}

/// <summary>
/// Takes in a session that <see cref="PackageWriter"/> packed. The file may come from anybody: only names that a session has are unpacked,
/// counted and held against their digests, into a hidden folder; the session is there when that folder gets its name, and not before.
/// </summary>
public static class PackageReader
{
    private const int LinkMode = 0xA000;      // S_IFLNK, in the upper half of a zip entry's attributes
    private const int ModeMask = 0xF000;      // S_IFMT
    private const int ModeShift = 16;

    /// <summary>Imports a session.</summary>
    /// <param name="store">Where it is to be stored.</param>
    /// <param name="sessions">The folder of session folders.</param>
    /// <param name="file">The package.</param>
    /// <returns>The session, and whether it was there already.</returns>
    /// <exception cref="UsageException">The file is refused: another program's, damaged, hostile, newer, or of a session that is there with
    /// other content. Nothing was changed.</exception>
    /// <exception cref="HostCannotException">A file cannot be read or written.</exception>
    public static (Manifest Session, ImportOutcome Outcome) Import(ResultStore store, string sessions, string file)
    {
        string hidden = Path.Combine(sessions, string.Create(CultureInfo.InvariantCulture, $".import-{Environment.ProcessId}"));
        try
        {
            if (Directory.Exists(hidden)) Directory.Delete(hidden, recursive: true);    // of a killed process that had our number
            Directory.CreateDirectory(sessions);
            string session = Unpack(file, hidden);
            SessionFolders folders = new(hidden, line => throw new UsageException($"{file}: {line}; nothing was imported"));
            Manifest manifest = folders.Manifest(session)!;
            List<RunRecord> records = [.. folders.Records(manifest)];
            if (records.Any(record => record.Request.Session != session)) throw Refused(file, "a record is of another session");
            return (manifest, Keep(store, sessions, Path.Combine(hidden, session), manifest, records, file));
        }
        catch (InvalidDataException e)
        {
            throw new UsageException($"{file}: is damaged: {e.Message.ReplaceLineEndings(" ")}; nothing was imported", e);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UsageException($"{file}: there is no such file", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostCannotException($"{file}: cannot be imported to {sessions}: {e.Message.ReplaceLineEndings(" ")}", e);
        }
        finally
        {
            if (Directory.Exists(hidden)) Directory.Delete(hidden, recursive: true);
        }
    }

    /// <summary>Unpacks into a folder of the session's name below <paramref name="hidden"/>, and gives that name.</summary>
    private static string Unpack(string file, string hidden)
    {
        using FileStream stream = File.OpenRead(file);
        ZipCheck.Check(stream, file);
        using ZipArchive zip = new(stream, ZipArchiveMode.Read);
        Dictionary<string, ZipArchiveEntry> entries = [];
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            if (!entries.TryAdd(entry.FullName, entry)) throw Refused(file, "two entries have one name");
            if (((entry.ExternalAttributes >>> ModeShift) & ModeMask) == LinkMode) throw Refused(file, "an entry is a link");
        }
        if (!entries.Remove(PackageHeader.EntryName, out ZipArchiveEntry? last))
            throw new UsageException($"{file}: is another program's zip file: it has no {PackageHeader.EntryName}; nothing was imported");
        PackageHeader header = PackageHeader.Read(Whole(last, file), file);
        if (!PackageLimits.IsName(header.Session)) throw Refused(file, "the session's name is none");
        CheckList(header, entries, file);

        string folder = Path.Combine(hidden, header.Session);
        foreach (string part in PackageLimits.Folders) Directory.CreateDirectory(Path.Combine(folder, part));
        foreach (PackedFile packed in header.Files) Unpack(entries[packed.Name], packed, Path.Combine(folder, packed.Name), file);
        foreach (string part in PackageLimits.Folders) DurableFile.SyncFolder(Path.Combine(folder, part));
        DurableFile.SyncFolder(folder);
        return header.Session;
    }

    private static void CheckList(PackageHeader header, Dictionary<string, ZipArchiveEntry> entries, string file)
    {
        if (header.Files.DistinctBy(packed => packed.Name).Count() != header.Files.Count)
            throw Refused(file, "its list names a file twice");
        long total = 0;
        foreach (PackedFile packed in header.Files)
        {
            if (!PackageLimits.IsFile(packed.Name)) throw Refused(file, "it holds a file that no session has");
            if (!entries.ContainsKey(packed.Name)) throw Refused(file, $"{packed.Name} is missing");
            bool isText = packed.Name.EndsWith(".json", StringComparison.Ordinal);
            if (packed.Bytes < 0 || (isText && packed.Bytes > PackageLimits.JsonBytes)) throw Refused(file, $"{packed.Name} is too large");
            total = packed.Bytes > PackageLimits.UnpackedBytes - total ? throw Refused(file, "it is too large") : total + packed.Bytes;
        }
        if (entries.Count != header.Files.Count) throw Refused(file, "it holds a file that its list does not name");
        if (!entries.ContainsKey("manifest.json")) throw Refused(file, "manifest.json is missing");
    }

    /// <summary>Stops as soon as there is more than the list says: what a deflated stream grows to is known only by unpacking it.</summary>
    private static void Unpack(ZipArchiveEntry entry, PackedFile packed, string path, string file)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using FileStream to = new(path, FileMode.CreateNew, FileAccess.Write);
        using Stream from = entry.Open();
        byte[] buffer = new byte[1 << 16];
        long bytes = 0;
        for (int read; (read = from.Read(buffer)) > 0;)
        {
            bytes += read;
            if (bytes > packed.Bytes) break;
            hash.AppendData(buffer, 0, read);
            to.Write(buffer, 0, read);
        }
        if (bytes != packed.Bytes || Convert.ToHexStringLower(hash.GetCurrentHash()) != packed.Sha256)
            throw Refused(file, $"{packed.Name} is not what was packed");
        to.Flush();
        DurableFile.Sync(to.SafeFileHandle, path);
    }

    private static byte[] Whole(ZipArchiveEntry entry, string file)
    {
        const int MostHeader = 8 << 20;    // of 10,000 files with 300 bytes each, twice
        using Stream from = entry.Open();
        using MemoryStream whole = new();
        byte[] buffer = new byte[1 << 16];
        for (int read; (read = from.Read(buffer)) > 0;)
        {
            if (whole.Length + read > MostHeader) throw Refused(file, "its list of files is too large");
            whole.Write(buffer, 0, read);
        }
        return whole.ToArray();
    }

    /// <summary>
    /// Gives the folder its name and stores the session, unless one of that id is stored: then it must be the same. Whether it was accepted
    /// is left out of that: the box that has it says so.
    /// </summary>
    private static ImportOutcome Keep(
        ResultStore store, string sessions, string unpacked, Manifest manifest, IReadOnlyList<RunRecord> records, string file)
    {
        string folder = Path.Combine(sessions, manifest.Session);
        Manifest? stored = store.TryGet(manifest.Session);
        if (stored is not null && !IsSame(stored, store.Records(manifest.Session), manifest, records))
            throw Refused(file, $"another session called {manifest.Session} is stored already; it was left as it is");
        if (stored is null && Directory.Exists(folder)) throw Refused(file, $"{folder} is there already and is not this session");
        if (!Directory.Exists(folder))
        {
            Directory.Move(unpacked, folder);
            DurableFile.SyncFolder(sessions);
        }
        if (stored is not null) return ImportOutcome.AlreadyThere;
        store.SaveSession(manifest, records);
        return ImportOutcome.Imported;
    }

    private static bool IsSame(Manifest one, IReadOnlyList<RunRecord> ones, Manifest other, IReadOnlyList<RunRecord> others) =>
        RecordJson.Write(one with { Accepted = null }) == RecordJson.Write(other with { Accepted = null })
        && Sorted(ones).SequenceEqual(Sorted(others));

    private static IEnumerable<string> Sorted(IReadOnlyList<RunRecord> records) =>
        records.Select(RecordJson.Write).Order(StringComparer.Ordinal);

    private static UsageException Refused(string file, string why) => new($"{file}: {why}; nothing was imported");
}
