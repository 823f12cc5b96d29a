namespace Harness.Model;

/// <summary>
/// How a free block's tag, the generation of the flush that it still awaits, passes through the allocator. Each rule as LUF intends it;
/// taken out, a frame can be handed out while a stale translation of it remains.
/// </summary>
internal sealed record TagRules
{
    /// <summary>How tags compare. 16 bits: published, LUF v10 (unsigned short).</summary>
    internal Generations Generations { get; init; } = new(16);

    /// <summary>
    /// A block in the buddy lists keeps the tag it came with. False as LUF v10 and v11 were posted: every block that enters the buddy lists
    /// stores its order in the tag's place, so that one of order 0 has none.
    /// </summary>
    internal bool DrainKeepsTag { get; init; } = true;

    /// <summary>A merged block takes the newest tag of its parts; false: only that of the part freed last.</summary>
    internal bool MergeKeepsNewest { get; init; } = true;

    /// <summary>
    /// What is left when a block is split keeps the block's tag. In no posted version: there the rest has none, so that another CPU can
    /// take it before the flush of the one that split the block is over.
    /// </summary>
    internal bool SplitKeepsTag { get; init; }

    /// <summary>
    /// The allocation that refills a per-CPU list answers for the tags of all that it took from the buddy lists; false: for those of the
    /// block it returns, while the others lose theirs.
    /// </summary>
    internal bool RefillAccumulates { get; init; } = true;

    /// <summary>The tag of a block that merged with its buddy.</summary>
    internal uint Merged(uint freed, uint buddy) => MergeKeepsNewest ? Generations.Latest(freed, buddy) : freed;

    /// <summary>The tag of what is left of a block that was split.</summary>
    internal uint Left(uint tag) => SplitKeepsTag ? tag : 0;

    /// <summary>What is stored in the place of a block's tag in the buddy lists.</summary>
    internal uint Stored(uint tag, int order) => DrainKeepsTag ? tag : (uint)order;

    /// <summary>What an allocation answers for after another block of its refill.</summary>
    /// <param name="sum">For what it answered before.</param>
    /// <param name="block">The block's tag.</param>
    /// <param name="first">It is the refill's first block.</param>
    internal uint Refilled(uint sum, uint block, bool first) => first || RefillAccumulates ? Generations.Latest(sum, block) : sum;
}
