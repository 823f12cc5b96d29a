using System.Runtime.InteropServices;

namespace Harness.Model;

/// <summary>What a frame is to the allocator.</summary>
internal enum BlockUse
{
    /// <summary>No memory: in a gap between zones.</summary>
    Absent,

    /// <summary>A further frame of the block that a frame before it heads.</summary>
    Inside,

    /// <summary>Head of a block in the buddy lists.</summary>
    Buddy,

    /// <summary>Head of a block on a per-CPU list.</summary>
    PerCpu,

    /// <summary>Head of a block handed out.</summary>
    Allocated,
}

/// <summary>
/// What the allocator knows of a frame besides its neighbours on a list, in 4 bytes, so that a frame and its buddies lie in one cache line:
/// zone, use and order in the lower half, as <see cref="Pack"/> packs them, and in the upper half the generation of the flush that a free
/// block awaits, 0 for none.
/// </summary>
internal static class Frame
{
    /// <summary>Bits of a tag: as many as the kernel patches use.</summary>
    internal const int TagBits = 16;

    private const int TagShift = 16;

    internal static int Zone(uint state) => (int)(state >> 8 & 0xFF);

    internal static BlockUse Use(uint state) => (BlockUse)(state >> 4 & 0xF);

    internal static int Order(uint state) => (int)(state & 0xF);

    internal static uint Tag(uint state) => state >> TagShift;

    internal static uint WithoutTag(uint state) => state & (1u << TagShift) - 1;

    internal static uint Pack(int zone, BlockUse use, int order) => (uint)zone << 8 | (uint)use << 4 | (uint)order;

    internal static uint WithTag(uint state, uint tag) => state | tag << TagShift;
}

/// <summary>A frame's neighbours on the list that it is on. List heads have them too.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct FrameLinks
{
    /// <summary>The neighbour towards the tail of its list.</summary>
    internal int Next;

    /// <summary>The neighbour towards the head of its list.</summary>
    internal int Previous;
}
