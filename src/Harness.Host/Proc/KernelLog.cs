using System.Globalization;
using Harness.Host.Knobs;
using Harness.Interop;
using Microsoft.Win32.SafeHandles;
using Mono.Unix.Native;

namespace Harness.Host.Proc;

/// <summary>What the kernel logs from one moment on: <c>/dev/kmsg</c> (format published: Documentation/ABI/testing/dev-kmsg).</summary>
internal sealed class KernelLog : IDisposable
{
    private const string Device = "/dev/kmsg";

    // Published: one read gives one record, of at most PRINTKRB_RECORD_MAX (1024) bytes of text beside its prefix and dictionary. Assumed:
    // eight times that is room for what later kernels write.
    private const int LongestRecord = 8192;

    // Assumed: a log that grows faster than this during one run has made its point.
    private const int MostLines = 200;
    private const int LongestLine = 400;

    private readonly SafeFileHandle? file;

    private KernelLog(SafeFileHandle? file, string? why)
    {
        this.file = file;
        Why = why;
    }

    /// <summary>Why the log cannot be read; null when it can.</summary>
    public string? Why { get; }

    /// <summary>Stands at the log's end.</summary>
    public static KernelLog Open()
    {
        try
        {
            return new KernelLog(HostFile.OpenAtEnd(Device), null);
        }
        catch (IOException e)
        {
            return new KernelLog(null, e.Message);
        }
    }

    /// <summary>The lines logged since it was opened or last read, oldest first, each as <c>[seconds since boot] text</c>.</summary>
    public IReadOnlyList<string> Read()
    {
        List<string> lines = [];
        if (file is null) return lines;
        byte[] record = new byte[LongestRecord];
        while (lines.Count < MostLines)
        {
            try
            {
                int length = HostFile.Read(file, record, Device);
                if (length == 0) return lines;
                if (Line(record.AsSpan(0, length)) is { } line) lines.Add(line);
            }
            catch (IOException e) when (e.HResult == (int)Errno.EPIPE)
            {
                lines.Add("(lines were overwritten before they were read)");
            }
            catch (IOException e)
            {
                lines.Add($"(the rest could not be read: {e.Message})");
                return lines;
            }
        }
        lines.Add(string.Create(CultureInfo.InvariantCulture, $"(more than {MostLines} lines; the rest is in dmesg)"));
        return lines;
    }

    /// <summary>
    /// A record's text: <c>prefix,sequence,microseconds,flags;text</c>, then lines of a dictionary. Null for what is no record.
    /// </summary>
    internal static string? Line(ReadOnlySpan<byte> record)
    {
        int semicolon = record.IndexOf((byte)';');
        if (semicolon < 0) return null;
        ReadOnlySpan<byte> prefix = record[..semicolon];
        ReadOnlySpan<byte> text = record[(semicolon + 1)..];
        int end = text.IndexOf((byte)'\n');
        if (end >= 0) text = text[..end];
        Span<Range> fields = stackalloc Range[4];
        int count = 0;
        foreach (Range field in prefix.Split((byte)','))
        {
            if (count == fields.Length) break;
            fields[count++] = field;
        }
        if (count < 3 || !ByteText.TryParse(prefix[fields[2]], out ulong microseconds)) return null;
        string line = PlainText.OneLine(ByteText.ToText(text), LongestLine);
        return string.Create(CultureInfo.InvariantCulture, $"[{microseconds / 1e6:0.000000}] {line}");
    }

    /// <inheritdoc />
    public void Dispose() => file?.Dispose();
}
