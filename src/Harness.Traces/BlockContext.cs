namespace Harness.Traces;

/// <summary>
/// What a block's events so far say about the next one. Encoder and decoder keep it alike; at a block's beginning all of it is 0 and
/// empty, so that every block can be read without the others.
/// </summary>
internal sealed class BlockContext
{
    private readonly ulong[] spaces = new ulong[TraceFormat.RecentSpaces];
    private readonly ulong[] sets;
    private readonly ulong[] noCpus;
    private readonly int words;
    private int spacesSeen;
    private int setsSeen;
    private int set;

    /// <param name="words">64-bit words of a set of CPUs.</param>
    internal BlockContext(int words)
    {
        this.words = words;
        sets = new ulong[TraceFormat.RecentSets * words];
        noCpus = new ulong[words];
        Reset();
    }

    /// <summary>The latest frame of each kind.</summary>
    internal long[] Frames { get; } = new long[TraceFormat.MostKinds + 1];

    /// <summary>The latest event's task.</summary>
    internal int Pid { get; set; }

    /// <summary>The latest address space.</summary>
    internal ulong Mm { get; set; }

    /// <summary>The latest set of CPUs.</summary>
    internal ReadOnlySpan<ulong> Cpus => set < 0 ? noCpus : SetAt(set);

    /// <summary>A block begins.</summary>
    internal void Reset()
    {
        Array.Clear(Frames);
        Pid = 0;
        Mm = 0;
        set = -1;
        spacesSeen = 0;
        setsSeen = 0;
    }

    /// <summary>Makes the address space the latest; gives its slot, or −1 when it was not there and has taken the oldest one's.</summary>
    internal int UseSpace(ulong mm)
    {
        Mm = mm;
        int slot = spaces.AsSpan(0, Math.Min(spacesSeen, spaces.Length)).IndexOf(mm);
        if (slot < 0) NewSpace(mm);
        return slot;
    }

    /// <summary>Makes the address space the latest in the oldest one's place.</summary>
    internal void NewSpace(ulong mm)
    {
        Mm = mm;
        spaces[spacesSeen++ % spaces.Length] = mm;
    }

    /// <summary>Makes the address space in the slot the latest; false when nothing is in it.</summary>
    internal bool TryUseSpaceAt(ulong slot)
    {
        if (slot >= (ulong)Math.Min(spacesSeen, spaces.Length)) return false;
        Mm = spaces[slot];
        return true;
    }

    /// <summary>Makes the set the latest; gives its slot, or −1 when it was not there and has taken the oldest one's.</summary>
    internal int UseSet(ReadOnlySpan<ulong> cpus)
    {
        for (int slot = Math.Min(setsSeen, TraceFormat.RecentSets) - 1; slot >= 0; slot--)
        {
            if (SetAt(slot).SequenceEqual(cpus)) return set = slot;
        }
        cpus.CopyTo(NewSet());
        return -1;
    }

    /// <summary>Makes the set in the slot the latest; false when nothing is in it.</summary>
    internal bool TryUseSetAt(ulong slot)
    {
        if (slot >= (ulong)Math.Min(setsSeen, TraceFormat.RecentSets)) return false;
        set = (int)slot;
        return true;
    }

    /// <summary>Makes a set, which is filled in afterwards, the latest in the oldest one's place.</summary>
    internal Span<ulong> NewSet()
    {
        set = setsSeen++ % TraceFormat.RecentSets;
        return SetAt(set);
    }

    private Span<ulong> SetAt(int slot) => sets.AsSpan(slot * words, words);
}
