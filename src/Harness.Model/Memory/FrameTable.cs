using System.Runtime.CompilerServices;

namespace Harness.Model;

/// <summary>
/// All frames by pfn, and after them the heads of the lists that free blocks are on. The lists are the kernel's: doubly linked rings
/// through the frames, each closed by its head.
/// </summary>
internal sealed class FrameTable
{
    private readonly Frame[] frames;
    private readonly int count;

    /// <summary>A table in which every frame of a zone lies inside a block, and every list is empty.</summary>
    internal FrameTable(StateArrays state, AllocatorShape shape, int lists)
    {
        count = shape.EndPfn;
        frames = state.Array<Frame>(count + lists);
        for (int head = count; head < frames.Length; head++) frames[head].Next = frames[head].Previous = head;
        for (int zone = 0; zone < shape.Zones.Count; zone++)
        {
            uint inside = Frame.Pack(zone, BlockUse.Inside, 0);
            for (int pfn = shape.Zones[zone].Start; pfn < shape.Zones[zone].End; pfn++) frames[pfn].State = inside;
        }
    }

    internal ref readonly Frame this[int pfn] => ref frames[pfn];

    /// <summary>True when the frame, which may lie beyond the last one, is in that state.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool Is(int pfn, uint state) => (uint)pfn < (uint)count && frames[pfn].State == state;

    /// <summary>The block at the head of a list; -1 when it is empty.</summary>
    internal int First(int list) => BlockOrNone(frames[count + list].Next);

    /// <summary>The block at the tail of a list; -1 when it is empty.</summary>
    internal int Last(int list) => BlockOrNone(frames[count + list].Previous);

    internal void AddHead(int list, int pfn, uint state, uint tag) => Insert(count + list, frames[count + list].Next, pfn, state, tag);

    internal void AddTail(int list, int pfn, uint state, uint tag) => Insert(frames[count + list].Previous, count + list, pfn, state, tag);

    /// <summary>Takes a block off the list it is on.</summary>
    /// <returns>Its tag, which it no longer has.</returns>
    internal uint Remove(int pfn)
    {
        ref Frame frame = ref frames[pfn];
        uint tag = frame.Tag;
        frames[frame.Previous].Next = frame.Next;
        frames[frame.Next].Previous = frame.Previous;
        frame = new Frame { State = Frame.Pack(frame.Zone, BlockUse.Inside, 0) };
        return tag;
    }

    /// <summary>Notes that a block that is on no list was handed out.</summary>
    internal void HandOut(int pfn, int order)
    {
        ref Frame frame = ref frames[pfn];
        frame.State = Frame.Pack(frame.Zone, BlockUse.Allocated, order);
    }

    /// <summary>Notes that a block handed out comes back.</summary>
    /// <returns>Its zone.</returns>
    /// <exception cref="InvalidOperationException">No such block is handed out.</exception>
    internal int TakeBack(int pfn, int order)
    {
        if ((uint)pfn >= (uint)count) throw new InvalidOperationException($"frame {pfn} freed, but there is no such frame");
        ref Frame frame = ref frames[pfn];
        int zone = frame.Zone;
        if (frame.State != Frame.Pack(zone, BlockUse.Allocated, order))
        {
            throw new InvalidOperationException($"frame {pfn} freed with order {order}, but it is {frame.Use} with order {frame.Order}");
        }
        frame.State = Frame.Pack(zone, BlockUse.Inside, 0);
        return zone;
    }

    private int BlockOrNone(int index) => index < count ? index : -1;

    private void Insert(int previous, int next, int pfn, uint state, uint tag)
    {
        frames[previous].Next = pfn;
        frames[next].Previous = pfn;
        frames[pfn] = new Frame { Next = next, Previous = previous, State = state, Tag = tag };
    }
}
