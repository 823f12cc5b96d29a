using Cpuid = System.Func<uint, uint, (uint Eax, uint Ebx, uint Ecx, uint Edx)>;

namespace Harness.Model;

/// <summary>
/// Intel's CPUID leaf 0x18, deterministic address translation parameters. Each subleaf tells one structure; the fields are as published in
/// Intel's Software Developer's Manual, volume 2A, CPUID:
/// <code>
/// EAX of subleaf 0   the last subleaf
/// EBX   31..16 ways   3 1 GiB   2 4 MiB   1 2 MiB   0 4 KiB pages
/// ECX   sets
/// EDX   8 fully associative   7..5 level, from 1   4..0 type: 0 none, 1 data, 2 instruction, 3 both, 4 loads only, 5 stores only
/// </code>
/// </summary>
internal static class IntelTlbLeaf
{
    private const uint Leaf = 0x18;

    /// <summary>Subleaves looked at. Assumed: known CPUs have 8, and a leaf that claims 2^32 must not be followed.</summary>
    private const uint MostSubleaves = 64;

    private const uint SmallPages = 1 << 0;
    private const uint HugePages = 1 << 1;
    private const uint OneSet = 1 << 8;

    private enum Kind
    {
        Data = 1,
        Instruction = 2,
        Both = 3,
        Loads = 4,
    }

    /// <summary>The geometry; null where the CPU has no such leaf, or tells no complete one.</summary>
    internal static TlbGeometry? Read(Cpuid cpuid)
    {
        // beyond the last leaf, Intel's CPUs answer with the last one's content
        if (cpuid(0, 0).Eax < Leaf) return null;

        TlbLevel? firstData = Level(cpuid, 1, [Kind.Data, Kind.Loads, Kind.Both]);
        TlbLevel? firstInstruction = Level(cpuid, 1, [Kind.Instruction, Kind.Both]);
        TlbLevel? both = Level(cpuid, 2, [Kind.Both]);
        TlbLevel? second = both ?? Level(cpuid, 2, [Kind.Data]);
        TlbLevel? secondInstruction = both is null ? Level(cpuid, 2, [Kind.Instruction]) : null;
        return firstData is null || firstInstruction is null || second is null
            ? null
            : new TlbGeometry(firstData, firstInstruction, second, secondInstruction);
    }

    // The structures of a level taken together: Golden Cove tells its second level as two, one for 4 KiB and 2 MiB pages and one for 4 KiB
    // and 1 GiB pages.
    private static TlbLevel? Level(Cpuid cpuid, uint level, ReadOnlySpan<Kind> kinds)
    {
        long entries = 0, ways = 0, hugeEntries = 0, hugeWays = 0;
        bool shared = false;
        uint last = Math.Min(cpuid(Leaf, 0).Eax, MostSubleaves);
        for (uint subleaf = 0; subleaf <= last; subleaf++)
        {
            (_, uint ebx, uint sets, uint edx) = cpuid(Leaf, subleaf);
            long wide = ebx >> 16;
            long all = wide * sets;
            if (all == 0 || ((edx >> 5) & 7) != level || !kinds.Contains((Kind)(edx & 0x1F))) continue;

            if ((edx & OneSet) != 0) wide = all;
            if ((ebx & SmallPages) != 0) (entries, ways) = (entries + all, ways + wide);
            if ((ebx & HugePages) != 0) (hugeEntries, hugeWays) = (hugeEntries + all, hugeWays + wide);
            shared |= (ebx & (SmallPages | HugePages)) == (SmallPages | HugePages);
        }
        return TlbLevel.Nearest(entries, ways, hugeEntries, hugeWays, shared);
    }
}
