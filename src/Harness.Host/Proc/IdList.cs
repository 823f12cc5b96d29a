namespace Harness.Host.Proc;

/// <summary>The kernel's list form of CPU and node sets: <c>0-3,8</c>. An empty list is valid: a node without CPUs has one.</summary>
internal static class IdList
{
    /// <summary>
    /// Largest id taken. Published: x86 builds at most 8,192 CPUs (NR_CPUS_RANGE_END, arch/x86/Kconfig), and no architecture has more
    /// nodes.
    /// </summary>
    public const int LargestId = 8191;

    /// <summary>Reads a list without its newline.</summary>
    /// <param name="text">The list.</param>
    /// <param name="ids">Takes the ids, ascending.</param>
    /// <param name="count">How many there are.</param>
    /// <returns>False when the text is no ascending list, an id is above <see cref="LargestId"/>, or <paramref name="ids"/> is too
    /// short.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, Span<int> ids, out int count)
    {
        count = 0;
        text = ByteText.Trim(text);
        int last = -1;
        while (!text.IsEmpty)
        {
            int comma = text.IndexOf((byte)',');
            ReadOnlySpan<byte> range = comma < 0 ? text : text[..comma];
            text = comma < 0 ? default : text[(comma + 1)..];
            if (comma >= 0 && text.IsEmpty) return false;

            int dash = range.IndexOf((byte)'-');
            ReadOnlySpan<byte> low = dash < 0 ? range : range[..dash];
            ReadOnlySpan<byte> high = dash < 0 ? range : range[(dash + 1)..];
            if (!ByteText.TryParse(low, out ulong first) || !ByteText.TryParse(high, out ulong end)) return false;
            if (end > LargestId || first > end || (int)first <= last || (int)(end - first) >= ids.Length - count) return false;
            for (int id = (int)first; id <= (int)end; id++) ids[count++] = id;
            last = (int)end;
        }
        return true;
    }

    /// <summary>The list in a file's first line; null when it cannot be read.</summary>
    public static int[]? FromFile(ReadOnlySpan<byte> text)
    {
        Span<int> ids = stackalloc int[LargestId + 1];
        return Lines.TryFirst(text, out ReadOnlySpan<byte> line) && TryParse(line, ids, out int count) ? ids[..count].ToArray() : null;
    }
}
