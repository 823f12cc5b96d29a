namespace Harness.Model;

/// <summary>Sets of CPUs, a bit each, many side by side.</summary>
internal sealed class CpuMasks(StateArrays state, int masks, int cpus)
{
    private readonly int words = (cpus + 63) / 64;
    private readonly ulong[] bits = state.Array<ulong>(masks * ((cpus + 63) / 64));

    internal Span<ulong> this[int mask] => bits.AsSpan(mask * words, words);

    internal bool Has(int mask, int cpu) => (bits[mask * words + (cpu >> 6)] >> (cpu & 63) & 1) != 0;

    internal void Add(int mask, int cpu) => bits[mask * words + (cpu >> 6)] |= 1UL << (cpu & 63);

    internal void Remove(int mask, int cpu) => bits[mask * words + (cpu >> 6)] &= ~(1UL << (cpu & 63));

    internal void Clear(int mask) => this[mask].Clear();

    /// <summary>True when the set holds a CPU besides this one.</summary>
    internal bool AnyBut(int mask, int cpu) => AnyBut(this[mask], cpu);

    /// <summary>True when a set holds a CPU besides this one.</summary>
    internal static bool AnyBut(ReadOnlySpan<ulong> set, int cpu)
    {
        for (int i = 0; i < set.Length; i++)
        {
            ulong word = set[i];
            if (i == cpu >> 6) word &= ~(1UL << (cpu & 63));
            if (word != 0) return true;
        }
        return false;
    }

    internal bool Any(int mask) => this[mask].ContainsAnyExcept(0UL);

    /// <summary>Adds one set to another, which may belong to other masks of as many CPUs.</summary>
    internal void Fold(int into, ReadOnlySpan<ulong> from)
    {
        Span<ulong> set = this[into];
        for (int i = 0; i < set.Length; i++) set[i] |= from[i];
    }

    /// <summary>Takes one set out of another.</summary>
    internal void Subtract(int of, ReadOnlySpan<ulong> taken)
    {
        Span<ulong> set = this[of];
        for (int i = 0; i < set.Length; i++) set[i] &= ~taken[i];
    }
}
