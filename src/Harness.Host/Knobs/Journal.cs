using System.Globalization;
using System.Text;
using System.Text.Json;
using Harness.Records;
using Microsoft.Win32.SafeHandles;

namespace Harness.Host.Knobs;

/// <summary>What the journal says: the changes not yet undone, oldest first, and how the last change of each knob ended.</summary>
internal sealed record JournalContent
{
    public List<JournalEntry> Open { get; } = [];

    public Dictionary<string, (JournalEntry Entry, JournalClosing Closing)> LastClosed { get; } = new(StringComparer.Ordinal);

    public long LastId { get; set; }

    /// <summary>Where the last finished line ends, in bytes; what follows was never finished.</summary>
    public long End { get; set; }
}

/// <summary>
/// The append-only file of knob changes (its format is in JOURNAL.md beside this file). A line is on disk before the knob it speaks of is
/// written, so a line that is not complete speaks of a write that never happened. Writers hold the <see cref="HostLock"/>.
/// </summary>
internal sealed class Journal(string home, JournalDisk disk)
{
    internal const string Header = "harness knob journal 1";

    // Assumed: about 100 changes with their ends. Beyond it the history is cut down to the last change of each knob.
    private const int TrimBytes = 64 * 1024;

    // Assumed: far beyond what trimming lets a journal grow to; such a file is not ours.
    private const int MostBytes = 16 * 1024 * 1024;

    private const int ChecksumDigits = 8;

    /// <summary>The journal of a results folder on the real disk.</summary>
    internal Journal(string home) : this(home, new JournalDisk())
    {
    }

    internal string Path { get; } = System.IO.Path.Combine(home, "knobs.journal");

    /// <summary>Reads the journal; a missing file is an empty one.</summary>
    /// <exception cref="HostCannotException">Damaged other than by an unfinished last line, or unreadable. The file is kept as it
    /// is.</exception>
    internal JournalContent Read()
    {
        byte[] bytes;
        try
        {
            if (Directory.Exists(Path)) throw Damaged("it is a folder");
            bytes = disk.Read(Path, MostBytes) ?? [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new HostCannotException($"knob journal {Path} cannot be read: {e.Message}; without it no knob can be restored or set", e);
        }
        return Parse(bytes);
    }

    /// <summary>Adds a line and returns once it is on disk.</summary>
    /// <exception cref="HostCannotException">The journal is damaged, or the line may not be on disk; as far as the disk allows it has been
    /// taken out again.</exception>
    internal void Append(JournalLine line)
    {
        long end = Read().End;
        try
        {
            Directory.CreateDirectory(home);
            using SafeFileHandle file = disk.Open(Path);
            try
            {
                Write(file, end, Encoding.UTF8.GetBytes((end == 0 ? Header + "\n" : "") + Text(line)));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                TakeBack(file, end);
                throw;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostCannotException($"knob journal {Path} cannot be written: {e.Message}", e);
        }
    }

    /// <summary>Cuts a long history down to what is still needed. A failure leaves the long one in place and is no error.</summary>
    internal void Trim()
    {
        string beside = Path + ".new";
        try
        {
            JournalContent content = Read();
            if (content.End <= TrimBytes) return;
            StringBuilder text = new(Header + "\n");
            IEnumerable<JournalLine> lines = content.LastClosed.Values.Select(closed => closed.Entry).Concat(content.Open)
                .OrderBy(entry => entry.Id)
                .Select(entry => new JournalLine { Set = entry })
                .Concat(content.LastClosed.Values.Select(closed => new JournalLine { Closed = closed.Closing }));
            foreach (JournalLine line in lines) text.Append(Text(line));
            using (SafeFileHandle file = disk.Open(beside))
            {
                disk.Cut(file, beside, 0);
                disk.Write(file, beside, Encoding.UTF8.GetBytes(text.ToString()), 0);
                disk.Sync(file, beside);
            }
            disk.Rename(beside, Path);
            disk.SyncFolder(home);
        }
        catch (Exception e) when (e is HarnessException or IOException or UnauthorizedAccessException)
        {
            // A full disk needs the room for the next line.
            Quietly(() => disk.Delete(beside));
        }
    }

    private void Write(SafeFileHandle file, long end, byte[] bytes)
    {
        if (RandomAccess.GetLength(file) > end)
        {
            // On disk before anything is written over it: after a power cut the remains of two lines must not look like one.
            disk.Cut(file, Path, end);
            disk.Sync(file, Path);
        }
        disk.Write(file, Path, bytes, end);
        disk.Sync(file, Path);

        // Each time and not for a new file alone: the folder may not have been synced after Trim put another file in this place.
        disk.SyncFolder(home);
        if (end == 0 && System.IO.Path.GetDirectoryName(home) is { } parent) disk.SyncFolder(parent);
    }

    /// <summary>
    /// A line that may not be on disk must not be read as if it were: its knob is not going to be written. Where this fails too, the entry
    /// stays and the next start finds its knob unchanged.
    /// </summary>
    private void TakeBack(SafeFileHandle file, long end) => Quietly(() =>
    {
        disk.Cut(file, Path, end);
        disk.Sync(file, Path);
    });

    private static void Quietly(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    private JournalContent Parse(ReadOnlySpan<byte> bytes)
    {
        JournalContent content = new();
        int number = 0;

        // What follows the last line feed was never finished; it is skipped here and cut off by the next Append.
        while (bytes.IndexOf((byte)'\n') is >= 0 and int length)
        {
            ReadOnlySpan<byte> line = bytes[..length];
            bytes = bytes[(length + 1)..];

            // Neither was a last line that begins with zeros: a file system may have had the file's new length on disk but not its data.
            if (line is [0, ..] && !bytes.Contains((byte)'\n')) break;
            if (++number > 1) Add(content, ParseLine(line, number), number);
            else if (!line.SequenceEqual(Encoding.UTF8.GetBytes(Header))) throw Damaged($"it does not begin with '{Header}'");
            content.End += length + 1;
        }
        return content;
    }

    private JournalLine ParseLine(ReadOnlySpan<byte> line, int number)
    {
        if (line.Length <= ChecksumDigits + 1 || line[ChecksumDigits] != ' '
            || !uint.TryParse(line[..ChecksumDigits], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint checksum)
            || checksum != Crc32C.Of(line[(ChecksumDigits + 1)..]))
            throw Damaged($"the checksum of line {number} does not fit");
        try
        {
            return JsonSerializer.Deserialize(line[(ChecksumDigits + 1)..], JournalJson.Default.JournalLine)
                ?? throw Damaged($"line {number} is empty");
        }
        catch (JsonException e)
        {
            throw Damaged($"line {number}: {e.Message}");
        }
    }

    private void Add(JournalContent content, JournalLine line, int number)
    {
        if (line is { Set: { } entry, Closed: null } && entry.Id > content.LastId)
        {
            content.Open.Add(entry);
            content.LastId = entry.Id;
        }
        else if (line is { Set: null, Closed: { } closing } && content.Open.FindIndex(open => open.Id == closing.Id) is >= 0 and int index)
        {
            content.LastClosed[content.Open[index].Knob] = (content.Open[index], closing);
            content.Open.RemoveAt(index);
        }
        else throw Damaged($"line {number} does not follow from those before it");
    }

    private HostCannotException Damaged(string what) => new(
        $"knob journal {Path} is damaged: {what}; knobs that an earlier session set may still be changed. "
        + $"Each line names a knob, its old and its new value: put the old ones back by hand, "
        + $"then move the file away (mv {Path} {Path}.damaged)");

    internal static string Text(JournalLine line)
    {
        string json = JsonSerializer.Serialize(line, JournalJson.Default.JournalLine);
        return string.Create(CultureInfo.InvariantCulture, $"{Crc32C.Of(Encoding.UTF8.GetBytes(json)):x8} {json}\n");
    }
}
