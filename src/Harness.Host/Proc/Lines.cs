namespace Harness.Host.Proc;

/// <summary>
/// Walks the lines of a /proc or /sys file. The kernel ends every line with a newline, so a last line without one was cut off, and a number
/// at its end may lack digits: <see cref="Complete"/> is false for it and no parser takes a number from it.
/// </summary>
internal ref struct Lines(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> rest = text;

    /// <summary>The line, without its newline.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>True when the line ended with a newline.</summary>
    public bool Complete { get; private set; }

    /// <summary>A whole line of text: ended, and free of control bytes.</summary>
    public readonly bool Sound => Complete && ByteText.IsClean(Current);

    /// <summary>Goes to the next line; false at the end.</summary>
    public bool MoveNext()
    {
        if (rest.IsEmpty) return false;
        int end = rest.IndexOf((byte)'\n');
        Complete = end >= 0;
        Current = Complete ? rest[..end] : rest;
        rest = Complete ? rest[(end + 1)..] : default;
        return true;
    }

    /// <summary>The first line of a file that holds one value; false when it is missing, cut off or damaged.</summary>
    public static bool TryFirst(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> line)
    {
        var lines = new Lines(text);
        bool sound = lines.MoveNext() && lines.Sound;
        line = sound ? lines.Current : default;
        return sound;
    }
}
