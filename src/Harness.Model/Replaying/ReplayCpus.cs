using System.Numerics;

namespace Harness.Model;

/// <summary>
/// Which CPUs a flush interrupts (should_flush_tlb): not those in lazy mode, nor, when it is for one address space, those that have loaded
/// another; all of them when page tables were freed. A CPU of which nothing is known yet is interrupted.
/// </summary>
internal sealed class ReplayCpus(int words)
{
    private readonly ulong[] lazy = new ulong[words];
    private readonly ulong[] loaded = new ulong[words * 64];

    /// <summary>CPUs there can be.</summary>
    internal int Count => words * 64;

    internal void EnterLazy(int cpu) => lazy[cpu >> 6] |= 1UL << (cpu & 63);

    internal void Load(int cpu, ulong mm)
    {
        lazy[cpu >> 6] &= ~(1UL << (cpu & 63));
        loaded[cpu] = mm;
    }

    /// <summary>CPUs of a set besides one.</summary>
    internal static int Others(ReadOnlySpan<ulong> set, int self)
    {
        int others = 0;
        foreach (ulong word in set) others += BitOperations.PopCount(word);
        return others - (int)(set[self >> 6] >> (self & 63) & 1);
    }

    /// <summary>CPUs that a batch flush from one of them interrupts.</summary>
    internal int Interrupted(ReadOnlySpan<ulong> set, int self)
    {
        int targets = 0;
        for (int i = 0; i < set.Length; i++)
        {
            ulong word = set[i] & ~lazy[i];
            if (i == self >> 6) word &= ~(1UL << (self & 63));
            targets += BitOperations.PopCount(word);
        }
        return targets;
    }

    /// <summary>CPUs that a flush of one address space interrupts.</summary>
    internal int Interrupted(ReadOnlySpan<ulong> set, int self, ulong mm, bool freedTables)
    {
        if (freedTables) return Others(set, self);
        int targets = 0;
        for (int i = 0; i < set.Length; i++)
        {
            ulong word = set[i] & ~lazy[i];
            if (i == self >> 6) word &= ~(1UL << (self & 63));
            for (; word != 0; word &= word - 1)
            {
                ulong other = loaded[i * 64 + BitOperations.TrailingZeroCount(word)];
                if (other == 0 || other == mm) targets++;
            }
        }
        return targets;
    }
}
