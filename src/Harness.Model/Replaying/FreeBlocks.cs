using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Harness.Model;

/// <summary>What a replayed policy knows of a frame, in 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct ReplayedFrame
{
    /// <summary>
    /// While it waits for a flush: when it was freed, in 1,024 ns. In use and unmapped: the batch that its unmapping belongs to.
    /// </summary>
    internal uint Time;

    /// <summary>The tag of the free block that it heads.</summary>
    internal ushort Tag;

    /// <summary>What it is, and the order of the block that it heads: <see cref="FreeBlocks"/>.</summary>
    internal byte Use;

    /// <summary>What <see cref="Time"/> says.</summary>
    internal FrameTime Says;
}

/// <summary>What the time of a frame says.</summary>
internal enum FrameTime : byte
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>The batch of its unmapping.</summary>
    Batch,

    /// <summary>When it was freed with its flush to come.</summary>
    Freed,
}

/// <summary>
/// The free blocks as the recorded kernel's events tell of them, with the tags they would carry: <see cref="TagRules"/> applied to blocks
/// that others have chosen. What was free before the recording is unknown and has no tag. Events that contradict what is known, because
/// some were lost, are believed.
/// </summary>
internal sealed class FreeBlocks(int count, TagRules rules)
{
    // a frame's use in the upper half of a byte, its block's order in the lower; 0: in use, or nothing is known
    private const byte InUse = 0x00;
    private const byte Inside = 0x10;
    private const byte Buddy = 0x20;
    private const byte PerCpu = 0x30;
    private const byte OfUse = 0xF0;

    private readonly ReplayedFrame[] frames = new ReplayedFrame[count];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref ReplayedFrame At(int frame) => ref frames[frame];

    /// <summary>Begins to fetch a frame.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal unsafe void Prefetch(int frame)
    {
        // a collection may move the array meanwhile; a prefetch of a wrong address does no harm
        if (Sse.IsSupported && (uint)frame < (uint)frames.Length) Sse.Prefetch0(Unsafe.AsPointer(ref frames[frame]));
    }

    /// <summary>A block was freed: onto a per-CPU list where it has one, else to the buddy lists.</summary>
    internal void Free(int frame, int order, uint tag)
    {
        if (PerCpuLists.Accepts(order)) SetHead(frame, order, PerCpu, tag);
        else FreeToBuddy(frame, order, tag);
    }

    /// <summary>A block went from a per-CPU list to the buddy lists.</summary>
    internal void Drain(int frame, int order)
    {
        byte use = frames[frame].Use;
        if ((use & OfUse) == Buddy) return;
        FreeToBuddy(frame, order, (use & OfUse) == PerCpu ? frames[frame].Tag : 0u);
    }

    /// <summary>A block was taken off the buddy lists.</summary>
    /// <returns>The tag of the block that it was part of: whoever takes it answers for that.</returns>
    internal uint Refill(int frame, int order)
    {
        // one that lies on a per-CPU list by its events was freed past it
        uint tag = (frames[frame].Use & OfUse) == PerCpu ? frames[frame].Tag : TakeFromBuddy(frame, order);
        SetHead(frame, order, PerCpu, 0);
        return tag;
    }

    /// <summary>A block was allocated.</summary>
    /// <returns>Its tag.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal uint Allocate(int frame, int order)
    {
        uint tag = (frames[frame].Use & OfUse) switch
        {
            PerCpu => frames[frame].Tag,
            InUse => 0,
            _ => TakeFromBuddy(frame, order),
        };
        if (order == 0) frames[frame].Use = InUse;
        else foreach (ref ReplayedFrame part in frames.AsSpan(frame, 1 << order)) part.Use = InUse;
        return tag;
    }

    /// <summary>Frees a block and merges it as far as its buddies are known to be free.</summary>
    private void FreeToBuddy(int frame, int order, uint tag)
    {
        if (order > 0) SetHead(frame, order, Inside, 0);
        while (order < Zones.MaxOrder)
        {
            ref ReplayedFrame buddy = ref frames[frame ^ 1 << order];
            if (buddy.Use != (Buddy | order)) break;
            tag = rules.Merged(tag, buddy.Tag);
            buddy.Use = frames[frame].Use = Inside;
            frame &= ~(1 << order);
            order++;
        }
        SetBuddy(frame, order, tag);
    }

    /// <summary>Takes a block off the one it is part of, and leaves the other halves there.</summary>
    private uint TakeFromBuddy(int frame, int order)
    {
        for (int found = order; found <= Zones.MaxOrder; found++)
        {
            int head = frame & -(1 << found);
            if (frames[head].Use != (Buddy | found)) continue;
            uint tag = frames[head].Tag;
            frames[head].Use = Inside;
            while (found > order)
            {
                found--;
                SetBuddy((frame & -(1 << found)) ^ 1 << found, found, rules.Left(tag));
            }
            return tag;
        }
        return 0;
    }

    private void SetBuddy(int frame, int order, uint tag)
    {
        frames[frame].Use = (byte)(Buddy | order);
        frames[frame].Tag = (ushort)rules.Stored(tag, order);
    }

    private void SetHead(int frame, int order, byte use, uint tag)
    {
        if (order > 0)
        {
            foreach (ref ReplayedFrame part in frames.AsSpan(frame, 1 << order)) part.Use = Inside;
        }
        frames[frame].Use = (byte)(use | order);
        frames[frame].Tag = (ushort)tag;
    }
}
