using System.Runtime.Intrinsics.X86;

namespace Harness.Model;

/// <summary>
/// The TLBs of one CPU. Left out, since no count read by this program depends on it: a separate first level for stores (Golden Cove has one
/// of 16 entries; here stores use the one for loads), 1 GiB translations, and the caches of the page walker.
/// </summary>
/// <param name="FirstData">First level for loads and stores.</param>
/// <param name="FirstInstruction">First level for instruction fetches.</param>
/// <param name="Second">Second level, for everything or, where there is <paramref name="SecondInstruction"/>, for loads and stores.</param>
/// <param name="SecondInstruction">Second level for instruction fetches alone; null where both share one.</param>
public sealed record TlbGeometry(TlbLevel FirstData, TlbLevel FirstInstruction, TlbLevel Second, TlbLevel? SecondInstruction = null)
{
    /// <summary>
    /// Intel Golden Cove, the core of Sapphire Rapids. Data, 96 of 4 KiB in 6 ways: published (course notes; Intel names the growth
    /// from 64 to 96; the leaf 0x18 of a Sapphire Rapids in the CPU database of the Bochs emulator says 64 in 4 ways). Everything else:
    /// published (that leaf): 32 of 2 MiB in 4 ways; instructions 256 of 4 KiB and 32 of 2 MiB, both in 8 ways; second level 2,048 in
    /// 16 ways, of which 8 may hold 2 MiB pages.
    /// </summary>
    public static TlbGeometry GoldenCove { get; } = new(
        new TlbLevel(96, 6, 32, 4),
        new TlbLevel(256, 8, 32, 8),
        new TlbLevel(2_048, 16, 1_024, 8, shared: true));

    /// <summary>
    /// Intel Skylake Server, and Cascade Lake after it. Published (Intel 64 and IA-32 Architectures Optimization Reference Manual,
    /// 248966-045, table of Skylake's TLBs): instructions 128 of 4 KiB in 8 ways and 8 of 2 MiB a thread; data 64 of 4 KiB and 32 of 2 MiB,
    /// both in 4 ways; second level 1,536 in 12 ways for both page sizes. That the 8 are fully associative is what CPUID leaf 2 tells.
    /// </summary>
    public static TlbGeometry SkylakeServer { get; } = new(
        new TlbLevel(64, 4, 32, 4),
        new TlbLevel(128, 8, 8, 8),
        new TlbLevel(1_536, 12, 1_536, 12, shared: true));

    /// <summary>
    /// AMD Zen 4, every entry for any page size. Second level 3,072 for data and 512 for instructions, of 4 KiB or 2 MiB: published (boot
    /// messages of kernels on it). First level 72 for data and 64 for instructions, fully associative: assumed, from memory of AMD's
    /// description. 24 ways for data: assumed (CPUID has no code for so many). 8 ways for instructions: assumed, as published for Zen 2.
    /// </summary>
    public static TlbGeometry Zen4 { get; } = new(
        TlbLevel.FullyAssociative(72),
        TlbLevel.FullyAssociative(64),
        new TlbLevel(3_072, 24, 3_072, 24, shared: true),
        new TlbLevel(512, 8, 512, 8, shared: true));

    /// <summary>
    /// What a software emulator keeps for a vCPU: one table, looked up by the low bits of the page, that starts with 2^8 entries and
    /// doubles at a flush for as long as more than 70 % of it is in use (published, QEMU source: CPU_TLB_DYN_DEFAULT_BITS,
    /// tlb_mmu_resize_locked). 2^14: assumed, for workloads of some ten thousand pages.
    /// </summary>
    public static TlbGeometry SoftwareEmulated { get; } = OneTable(new TlbLevel(1 << 14, 1, 1 << 14, 1, shared: true));

    /// <summary>
    /// As few entries as let a handful of pages stay, with no conflicts: for exploring every state of a small machine. Assumed.
    /// </summary>
    public static TlbGeometry Tiny { get; } = new(TlbLevel.FullyAssociative(4), TlbLevel.FullyAssociative(4), TlbLevel.FullyAssociative(8));

    /// <summary>The TLBs of the CPU that executes this; null where it tells nothing, or is no x86.</summary>
    public static TlbGeometry? ThisHost => X86Base.IsSupported
        ? FromCpuid((leaf, subleaf) =>
        {
            (int eax, int ebx, int ecx, int edx) = X86Base.CpuId((int)leaf, (int)subleaf);
            return ((uint)eax, (uint)ebx, (uint)ecx, (uint)edx);
        })
        : null;

    /// <summary>
    /// What a CPU tells of its TLBs: Intel by leaf 0x18, AMD by leaves 0x8000_0005 and 0x8000_0006. Null where it tells nothing, tells it
    /// in part, or tells what no TLB can be.
    /// </summary>
    /// <param name="cpuid">Executes CPUID with a leaf and a subleaf.</param>
    public static TlbGeometry? FromCpuid(Func<uint, uint, (uint Eax, uint Ebx, uint Ecx, uint Edx)> cpuid) =>
        IntelTlbLeaf.Read(cpuid) ?? AmdTlbLeaves.Read(cpuid);

    private static TlbGeometry OneTable(TlbLevel table) => new(table, table, table);
}
