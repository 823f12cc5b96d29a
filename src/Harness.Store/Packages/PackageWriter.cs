using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Harness.Records;

namespace Harness.Store;

/// <summary>
/// Packs a session into one zip file: manifest, records, predictions, logs, own cost, and last the list of all with their digests. The same
/// session gives the same bytes.
/// </summary>
public static class PackageWriter
{
    /// <summary>Packs a session from its folder, or from the database when the folder is gone (then without logs and own cost).</summary>
    /// <param name="store">Where it is stored.</param>
    /// <param name="sessions">The folder of session folders.</param>
    /// <param name="manifest">The session.</param>
    /// <param name="file">The file to write; appears whole or not at all.</param>
    /// <returns>True when the folder was there.</returns>
    /// <exception cref="HostCannotException">A file cannot be read or written.</exception>
    public static bool Write(ResultStore store, string sessions, Manifest manifest, string file)
    {
        string folder = Path.Combine(sessions, manifest.Session);
        bool fromFolder = File.Exists(Path.Combine(folder, "manifest.json"));
        try
        {
            DurableFile.Write(Path.GetFullPath(file), stream =>
            {
                using ZipArchive zip = new(stream, ZipArchiveMode.Create, leaveOpen: true);
                Packing packing = new(zip, manifest);
                if (fromFolder) AddFolder(packing, folder);
                else AddStored(packing, manifest, store.Records(manifest.Session));
                packing.End();
            }, bufferBytes: 1 << 16);
            return fromFolder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostCannotException($"{file}: session {manifest.Session} cannot be packed: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    private static void AddFolder(Packing packing, string folder)
    {
        IEnumerable<string> inside = PackageLimits.Folders.Where(name => Directory.Exists(Path.Combine(folder, name)))
            .SelectMany(name => Directory.GetFiles(Path.Combine(folder, name)).Select(path => $"{name}/{Path.GetFileName(path)}"));
        foreach (string name in PackageLimits.Files.Concat(inside.Order(StringComparer.Ordinal)).Where(PackageLimits.IsFile))
        {
            FileInfo file = new(Path.Combine(folder, name));
            if (!file.Exists || file.LinkTarget is not null) continue;    // a link may point anywhere
            using FileStream content = file.OpenRead();
            packing.Add(name, content);
        }
    }

    /// <summary>The manifest's last stored state may be of the session's beginning: each run's own record says more.</summary>
    private static void AddStored(Packing packing, Manifest manifest, IReadOnlyList<RunRecord> records)
    {
        List<ManifestRun> runs = [.. manifest.Runs];
        SortedDictionary<string, RunRecord> files = new(StringComparer.Ordinal);
        foreach (RunRecord record in records)
        {
            RunRequest request = record.Request;
            int at = runs.FindIndex(run => run.Sequence == request.Sequence && run.Arm == request.Arm);
            bool predicted = record.Origin == Origin.Modelled
                && records.Any(other => other != record && other.Request.Sequence == request.Sequence && other.Request.Arm == request.Arm);
            string part = predicted ? "predictions" : "runs";
            string kept = at < 0 || predicted ? "" : $"runs/{Path.GetFileName(runs[at].Record ?? "")}";
            string name = PackageLimits.IsFile(kept) && !files.ContainsKey(kept) ? kept
                : string.Create(CultureInfo.InvariantCulture, $"{part}/{request.Sequence:000}-stored-{files.Count}.json");
            if (at >= 0 && !predicted)
                runs[at] = runs[at] with { State = record.State, Failure = record.Failure, Why = record.Why, Record = name };
            files.Add(name, record);
        }
        packing.Add("manifest.json", RecordJson.WriteIndented(manifest with { Runs = runs }));
        foreach ((string name, RunRecord record) in files) packing.Add(name, RecordJson.WriteIndented(record));
    }

    /// <summary>The package under way.</summary>
    private sealed class Packing(ZipArchive zip, Manifest manifest)
    {
        private readonly List<PackedFile> files = [];

        public void Add(string name, string text)
        {
            using MemoryStream content = new(Encoding.UTF8.GetBytes(text));
            Add(name, content);
        }

        /// <summary>What is hashed is what is packed, also of a log that grows meanwhile.</summary>
        public void Add(string name, Stream content)
        {
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            using Stream entry = Entry(name);
            byte[] buffer = new byte[1 << 16];
            long bytes = 0;
            for (int read; (read = content.Read(buffer)) > 0; bytes += read)
            {
                hash.AppendData(buffer, 0, read);
                entry.Write(buffer, 0, read);
            }
            files.Add(new PackedFile(name, bytes, Convert.ToHexStringLower(hash.GetCurrentHash())));
        }

        public void End()
        {
            using Stream entry = Entry(PackageHeader.EntryName);
            entry.Write(new PackageHeader { Session = manifest.Session, Files = files }.Write());
        }

        private Stream Entry(string name)
        {
            ZipArchiveEntry entry = zip.CreateEntry(name);
            bool fits = manifest.Created.UtcDateTime.Year is > 1980 and < 2107;    // what a zip's times can say, with a day to spare
            entry.LastWriteTime = fits ? manifest.Created : new DateTimeOffset(1981, 1, 1, 0, 0, 0, TimeSpan.Zero);
            return entry.Open();
        }
    }
}
