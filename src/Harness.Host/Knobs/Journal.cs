using System.Globalization;
using System.Numerics;
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
}

/// <summary>
/// The append-only file of knob changes (its format is in JOURNAL.md beside this file). A line is on disk before the knob it speaks of is
/// written, so a line that is not complete speaks of a write that never happened. Writers hold the <see cref="HostLock"/>.
/// </summary>
internal sealed class Journal(string home)
{
    internal const string Header = "harness knob journal 1";

    // Assumed: about 100 changes with their ends. Beyond it the history is cut down to the last change of each knob.
    private const int TrimBytes = 64 * 1024;

    // Assumed: far beyond what trimming lets a journal grow to; such a file is not ours.
    private const int MostBytes = 16 * 1024 * 1024;

    private const int ChecksumDigits = 8;

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
            using FileStream file = new(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (!file.CanSeek || file.Length > MostBytes) throw Damaged("it is not a file of this program");
            bytes = new byte[file.Length];
            bytes = bytes[..file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new JournalContent();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostCannotException($"knob journal {Path} cannot be read: {e.Message}; without it no knob can be restored or set", e);
        }
        return Parse(bytes);
    }

    /// <summary>Adds a line and returns once it is on disk.</summary>
    /// <exception cref="HostCannotException">It could not be written; the journal is as before.</exception>
    internal void Append(JournalLine line)
    {
        try
        {
            Directory.CreateDirectory(home);
            using SafeFileHandle file = File.OpenHandle(Path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
            long end = EndOfLastLine(file);
            RandomAccess.SetLength(file, end);
            RandomAccess.Write(file, Encoding.UTF8.GetBytes((end == 0 ? Header + "\n" : "") + Text(line)), end);
            RandomAccess.FlushToDisk(file);
            LibC.SyncFolder(home);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostCannotException($"knob journal {Path} cannot be written: {e.Message}", e);
        }
    }

    /// <summary>Cuts a long history down to what is still needed. A failure leaves the long one in place and is no error.</summary>
    internal void Trim()
    {
        try
        {
            if (new FileInfo(Path).Length <= TrimBytes) return;
            JournalContent content = Read();
            StringBuilder text = new(Header + "\n");
            IEnumerable<JournalLine> lines = content.LastClosed.Values.Select(closed => closed.Entry).Concat(content.Open)
                .OrderBy(entry => entry.Id)
                .Select(entry => new JournalLine { Set = entry })
                .Concat(content.LastClosed.Values.Select(closed => new JournalLine { Closed = closed.Closing }));
            foreach (JournalLine line in lines) text.Append(Text(line));

            // The new file is complete on disk before it takes the old one's name.
            string next = Path + ".new";
            using (FileStream file = new(next, FileMode.Create, FileAccess.Write))
            {
                file.Write(Encoding.UTF8.GetBytes(text.ToString()));
                file.Flush(flushToDisk: true);
            }
            File.Move(next, Path, overwrite: true);
            LibC.SyncFolder(home);
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
            if (++number > 1) Add(content, ParseLine(line, number), number);
            else if (!line.SequenceEqual(Encoding.UTF8.GetBytes(Header))) throw Damaged($"it does not begin with '{Header}'");
        }
        return content;
    }

    private JournalLine ParseLine(ReadOnlySpan<byte> line, int number)
    {
        if (line.Length <= ChecksumDigits + 1 || line[ChecksumDigits] != ' '
            || !uint.TryParse(line[..ChecksumDigits], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint checksum)
            || checksum != Checksum(line[(ChecksumDigits + 1)..]))
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

    private static long EndOfLastLine(SafeFileHandle file)
    {
        Span<byte> last = stackalloc byte[1];
        long end = RandomAccess.GetLength(file);
        while (end > 0 && (RandomAccess.Read(file, last, end - 1) != 1 || last[0] != '\n')) end--;
        return end;
    }

    private static string Text(JournalLine line)
    {
        string json = JsonSerializer.Serialize(line, JournalJson.Default.JournalLine);
        return string.Create(CultureInfo.InvariantCulture, $"{Checksum(Encoding.UTF8.GetBytes(json)):x8} {json}\n");
    }

    // CRC-32C (Castagnoli) with the usual start and final inversion, as iSCSI and ext4 use it.
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes) crc = BitOperations.Crc32C(crc, value);
        return ~crc;
    }
}
