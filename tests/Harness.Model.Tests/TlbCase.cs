using static Harness.Model.TlbAccess;

namespace Harness.Model.Tests;

/// <summary>TLBs with the steps that tests repeat.</summary>
internal sealed class TlbCase
{
    private readonly StateArrays state = new();

    internal TlbCase(TlbGeometry geometry, int cpus = 1) => Tlb = new Tlb(state, new StateArrays(), cpus, geometry);

    internal Tlb Tlb { get; }

    /// <summary>First levels of two sets of two ways, 4 KiB and 2 MiB apart; a second level of one set, for both.</summary>
    internal static TlbGeometry TwoByTwo { get; } =
        new(new TlbLevel(4, 2, 4, 2), new TlbLevel(4, 2, 4, 2), TlbLevel.FullyAssociative(64));

    /// <summary>A first level of one entry, so that the second level, of two sets of two ways, is seen.</summary>
    internal static TlbGeometry SmallFirst { get; } =
        new(TlbLevel.FullyAssociative(1), TlbLevel.FullyAssociative(1), new TlbLevel(4, 2, 2, 1, shared: true));

    internal void Fill(
        long vpn, int asid = 0, bool huge = false, bool global = false, TlbAccess kind = Load, int cpu = 0, ulong word = 0x1000) =>
        Tlb.Fill(cpu, asid, vpn, kind, word, huge, global);

    internal bool Hits(long vpn, int asid = 0, TlbAccess kind = Load, int cpu = 0) => Tlb.Lookup(cpu, asid, vpn, kind, out _);

    /// <summary>Which of some pages are held, without using them.</summary>
    internal long[] HeldOf(params long[] pages) => [.. pages.Where(page => Words(page).Length > 0)];

    internal ulong[] Words(long vpn, int asid = 0, int cpu = 0)
    {
        Span<ulong> words = stackalloc ulong[Tlb.MostHeld];
        return words[..Tlb.Held(cpu, asid, vpn, words)].ToArray();
    }

    internal byte[] Saved()
    {
        byte[] saved = new byte[state.Bytes];
        state.Save(saved);
        return saved;
    }

    internal void Resume(byte[] saved) => state.Resume(saved);
}
