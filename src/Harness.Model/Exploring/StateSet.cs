namespace Harness.Model;

/// <summary>
/// States that have been seen, by a 128-bit hash each. That any two of n states share one has a chance of about n²/2¹²⁹: for the hundred
/// million that fit in memory, less than 10⁻²².
/// </summary>
internal sealed class StateSet
{
    private UInt128[] slots = new UInt128[1 << 16];

    internal int Count { get; private set; }

    /// <returns>True when the state was not there.</returns>
    internal bool Add(UInt128 hash)
    {
        if (hash == UInt128.Zero) hash = UInt128.One;
        if (Count * 2 >= slots.Length) Grow();
        if (!Insert(slots, hash)) return false;
        Count++;
        return true;
    }

    private static bool Insert(UInt128[] into, UInt128 hash)
    {
        int mask = into.Length - 1;
        for (int at = (int)(ulong)hash & mask; ; at = (at + 1) & mask)
        {
            if (into[at] == hash) return false;
            if (into[at] != UInt128.Zero) continue;
            into[at] = hash;
            return true;
        }
    }

    private void Grow()
    {
        var larger = new UInt128[slots.Length * 2];
        foreach (UInt128 hash in slots)
        {
            if (hash != UInt128.Zero) Insert(larger, hash);
        }
        slots = larger;
    }
}
