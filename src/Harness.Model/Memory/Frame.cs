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

/// <summary>What the allocator knows of a frame, in 16 bytes: its part of struct page. List heads are frames too.</summary>
internal struct Frame
{
    /// <summary>The neighbour towards the tail of its list.</summary>
    internal int Next;

    /// <summary>The neighbour towards the head of its list.</summary>
    internal int Previous;

    /// <summary>Generation of the flush that a free block awaits; 0: none.</summary>
    internal uint Tag;

    /// <summary>Zone, use and order as <see cref="Pack"/> packs them: whether a frame is a free buddy is one comparison.</summary>
    internal uint State;

    internal readonly int Zone => (int)(State >> 16);

    internal readonly BlockUse Use => (BlockUse)(State >> 8 & 0xFF);

    internal readonly int Order => (int)(State & 0xFF);

    internal static uint Pack(int zone, BlockUse use, int order) => (uint)zone << 16 | (uint)use << 8 | (uint)order;
}
