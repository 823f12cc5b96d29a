using System.Numerics;

namespace Harness.Interop;

/// <summary>Sets of CPU or node ids as the kernel takes them: bit <c>id % 64</c> of word <c>id / 64</c>.</summary>
internal static class IdMask
{
    /// <summary>Ids a kernel can have at most: CONFIG_NR_CPUS ends at 8192 on x86 (published: arch/x86/Kconfig), nodes at 1024.</summary>
    public const int MaxIds = 8192;

    /// <summary>The mask of these ids, always of the full length: the kernel ignores the zeros beyond its own limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An id is negative or beyond <see cref="MaxIds"/>.</exception>
    public static ulong[] Of(ReadOnlySpan<int> ids)
    {
        ulong[] words = new ulong[MaxIds / 64];
        foreach (int id in ids)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(id, nameof(ids));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(id, MaxIds, nameof(ids));
            words[id / 64] |= 1UL << id % 64;
        }
        return words;
    }

    /// <summary>The ids in a mask, ascending.</summary>
    public static int[] Ids(ReadOnlySpan<ulong> words)
    {
        List<int> ids = [];
        for (int i = 0; i < words.Length; i++)
        {
            for (ulong rest = words[i]; rest != 0; rest &= rest - 1) ids.Add(i * 64 + BitOperations.TrailingZeroCount(rest));
        }
        return [.. ids];
    }
}
