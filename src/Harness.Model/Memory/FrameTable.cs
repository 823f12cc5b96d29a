using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Harness.Model;

/// <summary>
/// All frames by pfn, and after their links the heads of the lists that free blocks are on. The lists are the kernel's: doubly linked rings
/// through the frames, each closed by its head. 12 bytes a frame.
/// </summary>
internal sealed class FrameTable
{
    private readonly uint[] states;
    private readonly FrameLinks[] links;
    private readonly int count;

    /// <summary>A table in which every frame of a zone lies inside a block, and every list is empty.</summary>
    internal FrameTable(StateArrays state, AllocatorShape shape, int lists)
    {
        count = shape.EndPfn;
        states = state.Array<uint>(count);
        links = state.Array<FrameLinks>(count + lists);
        for (int head = count; head < links.Length; head++) links[head].Next = links[head].Previous = head;
        for (int zone = 0; zone < shape.Zones.Count; zone++)
            states.AsSpan(shape.Zones[zone].Start, shape.Zones[zone].Pages).Fill(Frame.Pack(zone, BlockUse.Inside, 0));
    }

    internal int Zone(int pfn) => Frame.Zone(states[pfn]);

    internal int Order(int pfn) => Frame.Order(states[pfn]);

    /// <summary>True when the frame, which may lie beyond the last one, is in that state.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool Is(int pfn, uint state) => (uint)pfn < (uint)count && Frame.WithoutTag(states[pfn]) == state;

    /// <summary>The block at the head of a list; -1 when it is empty.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int First(int list) => BlockOrNone(links[count + list].Next);

    /// <summary>The block at the tail of a list; -1 when it is empty.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Last(int list) => BlockOrNone(links[count + list].Previous);

    internal void AddHead(int list, int pfn, uint state, uint tag) => Insert(count + list, links[count + list].Next, pfn, state, tag);

    internal void AddTail(int list, int pfn, uint state, uint tag) => Insert(links[count + list].Previous, count + list, pfn, state, tag);

    /// <summary>Begins to fetch what the cache may lack of a frame, which may lie beyond the last one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal unsafe void Prefetch(int pfn)
    {
        if (!Sse.IsSupported || (uint)pfn >= (uint)count) return;
        // a collection may move an array meanwhile; a prefetch of a wrong address does no harm
        Sse.Prefetch0(Unsafe.AsPointer(ref states[pfn]));
        Sse.Prefetch0(Unsafe.AsPointer(ref links[pfn]));
    }

    /// <summary>Begins to fetch the neighbours of a block that is on a list in that state.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal unsafe void PrefetchNeighbours(int pfn, uint state)
    {
        if (!Sse.IsSupported || !Is(pfn, state)) return;
        FrameLinks link = links[pfn];
        Sse.Prefetch0(Unsafe.AsPointer(ref links[link.Next]));
        Sse.Prefetch0(Unsafe.AsPointer(ref links[link.Previous]));
    }

    /// <summary>Takes a block off the list it is on.</summary>
    /// <returns>Its tag, which it no longer has.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal uint Remove(int pfn)
    {
        ref FrameLinks link = ref links[pfn];
        links[link.Previous].Next = link.Next;
        links[link.Next].Previous = link.Previous;
        link = default;
        ref uint state = ref states[pfn];
        uint tag = Frame.Tag(state);
        state = Frame.Pack(Frame.Zone(state), BlockUse.Inside, 0);
        return tag;
    }

    /// <summary>Notes that a block that is on no list was handed out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void HandOut(int pfn, int order)
    {
        ref uint state = ref states[pfn];
        state = Frame.Pack(Frame.Zone(state), BlockUse.Allocated, order);
    }

    /// <summary>Notes that a block handed out comes back.</summary>
    /// <returns>Its zone.</returns>
    /// <exception cref="InvalidOperationException">No such block is handed out.</exception>
    internal int TakeBack(int pfn, int order)
    {
        if ((uint)pfn >= (uint)count) throw new InvalidOperationException($"frame {pfn} freed, but there is no such frame");
        ref uint state = ref states[pfn];
        int zone = Frame.Zone(state);
        if (state != Frame.Pack(zone, BlockUse.Allocated, order)) throw NotHandedOut(pfn, order, state);
        state = Frame.Pack(zone, BlockUse.Inside, 0);
        return zone;
    }

    private static InvalidOperationException NotHandedOut(int pfn, int order, uint state) =>
        new($"frame {pfn} freed with order {order}, but it is {Frame.Use(state)} with order {Frame.Order(state)}");

    private int BlockOrNone(int index) => index < count ? index : -1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Insert(int previous, int next, int pfn, uint state, uint tag)
    {
        links[previous].Next = pfn;
        links[next].Previous = pfn;
        links[pfn] = new FrameLinks { Next = next, Previous = previous };
        states[pfn] = Frame.WithTag(state, tag);
    }
}
