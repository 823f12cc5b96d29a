namespace Harness.Host.Proc;

/// <summary>
/// Walks files of <c>name value</c> lines: <c>/proc/vmstat</c>, a node's <c>vmstat</c> and <c>numastat</c>. A line that is cut off, has not
/// exactly two words, or whose value is no number below 2^64 counts as <see cref="Malformed"/>.
/// </summary>
internal ref struct NameValueRows(ReadOnlySpan<byte> text)
{
    private Lines lines = new(text);

    /// <summary>The kernel's name of the value.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The value. A gauge that the kernel lets fall below zero appears as 2^64 minus its size; differences stay right.</summary>
    public ulong Value { get; private set; }

    /// <summary>Lines met so far that could not be read.</summary>
    public int Malformed { get; private set; }

    /// <summary>Goes to the next valid row; false at the end.</summary>
    public bool MoveNext()
    {
        while (lines.MoveNext())
        {
            ReadOnlySpan<byte> rest = lines.Current;
            Name = ByteText.TakeWord(ref rest);
            if (lines.Sound && ByteText.TryParse(ByteText.TakeWord(ref rest), out ulong value) && ByteText.Trim(rest).IsEmpty)
            {
                Value = value;
                return true;
            }
            Malformed++;
        }
        return false;
    }
}
