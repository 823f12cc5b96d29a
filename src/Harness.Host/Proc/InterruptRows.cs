namespace Harness.Host.Proc;

/// <summary>
/// Walks <c>/proc/interrupts</c>. The first line names the online CPUs, which may have holes; every other line is
/// <c>NAME: count… description</c> with one count a CPU, or <c>NAME: count</c> alone (<c>ERR</c>, <c>MIS</c>).
/// </summary>
/// <remarks>
/// A row is taken only when it is whole and has exactly one count a CPU of the header. A CPU that goes offline between header and row
/// leaves a row with fewer counts, and nothing in it tells whose is missing: such a row counts as <see cref="Malformed"/>, as does one that
/// is cut off, holds control bytes, or has a count above 2^64-1.
/// </remarks>
internal ref struct InterruptRows
{
    private readonly Span<ulong> counts;
    private Lines lines;

    /// <summary>Reads the header; the caller's buffers are all the memory that is used.</summary>
    /// <param name="text">The file.</param>
    /// <param name="cpus">Takes the CPU ids; at least <see cref="CountCpus"/> long.</param>
    /// <param name="counts">Takes the counts of the current row; at least as long.</param>
    /// <exception cref="ArgumentException">A buffer is shorter than <see cref="CountCpus"/>.</exception>
    public InterruptRows(ReadOnlySpan<byte> text, Span<int> cpus, Span<ulong> counts)
    {
        int needed = CountCpus(text);
        if (cpus.Length < needed || counts.Length < needed) throw new ArgumentException($"buffers for {needed} CPUs are needed");
        this.counts = counts[..needed];
        Cpus = cpus[..needed];
        lines = new Lines(text);
        if (needed == 0 || !lines.MoveNext() || !TryHeader(lines.Current, cpus[..needed]))
        {
            // Without the CPUs no count has an owner: no row is read.
            if (!text.IsEmpty) Malformed = 1;
            Cpus = default;
            lines = default;
        }
    }

    /// <summary>The CPU ids of the header, ascending; empty when the header cannot be read.</summary>
    public ReadOnlySpan<int> Cpus { get; }

    /// <summary>The row's name: an IRQ number, or <c>NMI</c>, <c>TLB</c>, ….</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The rest of the row: what interrupts, by which chip, for which devices. Empty for a <see cref="IsSingle"/> row.</summary>
    public ReadOnlySpan<byte> Description { get; private set; }

    /// <summary>True for a row that has one number for the whole machine.</summary>
    public bool IsSingle { get; private set; }

    /// <summary>The row's counts in the order of <see cref="Cpus"/>; one for a <see cref="IsSingle"/> row.</summary>
    public readonly ReadOnlySpan<ulong> Counts => IsSingle ? counts[..1] : counts;

    /// <summary>Lines met so far that are no valid row (an unreadable header counts as one).</summary>
    public int Malformed { get; private set; }

    /// <summary>How many CPUs the header names, readable or not: the size of the buffers.</summary>
    public static int CountCpus(ReadOnlySpan<byte> text)
    {
        if (!Lines.TryFirst(text, out ReadOnlySpan<byte> header)) return 0;
        int count = 0;
        while (!ByteText.TakeWord(ref header).IsEmpty) count++;
        return count;
    }

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

    /// <summary>Goes to the next valid row with one of these names; of other rows only the name is looked at.</summary>
    /// <returns>The name's place among them; -1 at the end.</returns>
    public int MoveToAny(ReadOnlySpan<byte[]> names)
    {
        while (lines.MoveNext())
        {
            int place = Place(lines.Current, names);
            if (place < 0) continue;
            if (lines.Sound && TryRow(lines.Current)) return place;
            Malformed++;
        }
        return -1;
    }

    private static int Place(ReadOnlySpan<byte> line, ReadOnlySpan<byte[]> names)
    {
        int colon = line.IndexOf((byte)':');
        if (colon < 0) return -1;
        ReadOnlySpan<byte> name = ByteText.Trim(line[..colon]);
        for (int i = 0; i < names.Length; i++)
        {
            if (name.SequenceEqual(names[i])) return i;
        }
        return -1;
    }

    private static bool TryHeader(ReadOnlySpan<byte> line, Span<int> cpus)
    {
        int last = -1;
        for (int i = 0; i < cpus.Length; i++)
        {
            ReadOnlySpan<byte> word = ByteText.TakeWord(ref line);
            if (!word.StartsWith("CPU"u8) || !ByteText.TryParse(word[3..], out ulong id) || id > IdList.LargestId || (int)id <= last)
                return false;
            cpus[i] = last = (int)id;
        }
        return true;
    }

    private bool TryRow(ReadOnlySpan<byte> line)
    {
        int colon = line.IndexOf((byte)':');
        if (colon < 0) return false;
        ReadOnlySpan<byte> name = ByteText.Trim(line[..colon]);
        if (name.IsEmpty || name.ContainsAny((byte)' ', (byte)'\t')) return false;

        ReadOnlySpan<byte> rest = line[(colon + 1)..];
        int count = 0;
        while (true)
        {
            ReadOnlySpan<byte> before = rest;
            ReadOnlySpan<byte> word = ByteText.TakeWord(ref rest);
            if (!ByteText.AllDigits(word))
            {
                rest = before;
                break;
            }
            if (count == counts.Length || !ByteText.TryParse(word, out counts[count])) return false;
            count++;
        }
        Name = name;
        Description = ByteText.Trim(rest);
        IsSingle = count == 1 && Description.IsEmpty;
        return IsSingle || count == counts.Length;
    }
}
