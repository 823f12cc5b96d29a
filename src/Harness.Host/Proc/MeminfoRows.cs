namespace Harness.Host.Proc;

/// <summary>Walks <c>/proc/meminfo</c> (<c>MemTotal:  123 kB</c>) and a node's <c>meminfo</c> (<c>Node 1 MemTotal:  123 kB</c>).</summary>
internal ref struct MeminfoRows(ReadOnlySpan<byte> text)
{
    private Lines lines = new(text);

    /// <summary>The name, without the colon and without <c>Node N</c>.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The value in KiB when <see cref="InKiB"/>, else a bare count (huge pages).</summary>
    public ulong Value { get; private set; }

    /// <summary>True when the line ends in <c>kB</c>, by which the kernel means 1,024 bytes.</summary>
    public bool InKiB { get; private set; }

    /// <summary>Lines met so far that could not be read.</summary>
    public int Malformed { get; private set; }

    /// <summary>Goes to the next valid row; false at the end.</summary>
    public bool MoveNext()
    {
        while (lines.MoveNext())
        {
            if (lines.Sound && TryRow(lines.Current)) return true;
            Malformed++;
        }
        return false;
    }

    /// <summary>The value in KiB of the first row of that name; false when there is none.</summary>
    public static bool TryFindKiB(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name, out long kib)
    {
        var rows = new MeminfoRows(text);
        while (rows.MoveNext())
        {
            if (!rows.InKiB || !rows.Name.SequenceEqual(name) || rows.Value > long.MaxValue) continue;
            kib = (long)rows.Value;
            return true;
        }
        kib = 0;
        return false;
    }

    private bool TryRow(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> word = ByteText.TakeWord(ref line);
        if (word.SequenceEqual("Node"u8))
        {
            if (!ByteText.AllDigits(ByteText.TakeWord(ref line))) return false;
            word = ByteText.TakeWord(ref line);
        }
        if (word.Length < 2 || word[^1] != ':' || !ByteText.TryParse(ByteText.TakeWord(ref line), out ulong value)) return false;
        ReadOnlySpan<byte> unit = ByteText.Trim(line);
        if (!unit.IsEmpty && !unit.SequenceEqual("kB"u8)) return false;
        Name = word[..^1];
        Value = value;
        InKiB = !unit.IsEmpty;
        return true;
    }
}
