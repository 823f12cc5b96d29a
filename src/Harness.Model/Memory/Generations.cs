namespace Harness.Model;

/// <summary>
/// Numbers that tell which of two flushes is later although they wrap around, as LUF and MIGRC keep them: unsigned, of a few bits, 0 for
/// none. Two numbers compare rightly while fewer than half of all numbers lie between them.
/// </summary>
internal readonly struct Generations
{
    private readonly uint mask;
    private readonly int unusedBits;
    private readonly bool wraps;

    /// <summary>Numbers of that width.</summary>
    /// <param name="bits">
    /// 2 to 31. The kernel patches use 16; exhaustive exploration few, so that they wrap soon. With 2, half of all numbers lie from 3 to 1:
    /// each then counts as older than the other.
    /// </param>
    /// <param name="wraps">False for a mutant that compares plainly and so errs once the numbers have wrapped.</param>
    internal Generations(int bits, bool wraps = true)
    {
        mask = (1u << bits) - 1;
        unusedBits = 32 - bits;
        this.wraps = wraps;
    }

    /// <summary>True when <paramref name="a"/> is older: their difference, as a signed number of that width, is negative.</summary>
    internal bool Before(uint a, uint b) => wraps ? (int)((a - b) << unusedBits) < 0 : a < b;

    /// <summary>The number after this one; none is skipped.</summary>
    internal uint Next(uint a)
    {
        uint next = (a + 1) & mask;
        return next == 0 ? 1 : next;
    }

    /// <summary>The newer of two, or the one that there is.</summary>
    internal uint Latest(uint a, uint b)
    {
        if (a == 0) return b;
        if (b == 0) return a;
        return Before(a, b) ? b : a;
    }
}
