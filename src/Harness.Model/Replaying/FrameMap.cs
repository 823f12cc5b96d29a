using System.Runtime.CompilerServices;

namespace Harness.Model;

/// <summary>
/// Where a frame is in tables that leave the gaps of physical memory out. Ranges begin and end at the largest blocks, so that a block lies
/// in one range and a frame's buddy is beside it.
/// </summary>
internal sealed class FrameMap
{
    private const long Block = 1 << Zones.MaxOrder;

    // published: MAX_NUMNODES of x86-64
    private const int MostNodes = 1_024;

    private readonly long[] starts;
    private readonly long[] ends;
    private readonly int[] first;
    private readonly FrameRange[] memory;
    private int last;

    /// <exception cref="ArgumentException">A range is no range, or there is more memory than a replay can take.</exception>
    internal FrameMap(IReadOnlyList<FrameRange> ranges)
    {
        memory = [.. ranges.Where(range => range.Frames > 0).OrderBy(range => range.Start)];
        List<(long Start, long End)> merged = [];
        foreach (FrameRange range in memory)
        {
            if (!CanBe(range))
                throw new ArgumentException(
                    $"there is no such memory as {range.Frames} frames from {range.Start} on, of node {range.Node}");
            long start = range.Start & -Block;
            long end = (range.Start + range.Frames + Block - 1) & -Block;
            if (merged.Count > 0 && start <= merged[^1].End) merged[^1] = (merged[^1].Start, Math.Max(end, merged[^1].End));
            else merged.Add((start, end));
        }
        long count = merged.Sum(range => range.End - range.Start);
        if (count > ReplaySetup.MostFrames)
            throw new ArgumentException($"{count} frames of memory; a replay takes at most {ReplaySetup.MostFrames}");
        if (merged.Count == 0) merged.Add((0, 0));
        Count = (int)count;
        starts = [.. merged.Select(range => range.Start)];
        ends = [.. merged.Select(range => range.End)];
        first = new int[merged.Count];
        for (int i = 1; i < first.Length; i++) first[i] = first[i - 1] + (int)(ends[i - 1] - starts[i - 1]);
        Nodes = memory.Length == 0 ? 1 : memory.Max(range => range.Node) + 1;
    }

    /// <summary>Frames that the ranges span.</summary>
    internal int Count { get; }

    /// <summary>Nodes up to the last that has memory.</summary>
    internal int Nodes { get; }

    /// <summary>The frame's place; -1 when it lies in no range.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int IndexOf(long frame)
    {
        int range = last;
        return frame >= starts[range] && frame < ends[range] ? first[range] + (int)(frame - starts[range]) : Search(frame);
    }

    /// <summary>The place of an aligned block that lies in a range whole; -1 when there is no such block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int IndexOf(long frame, int order) => (uint)order <= Zones.MaxOrder && (frame & (1L << order) - 1) == 0 ? IndexOf(frame) : -1;

    /// <summary>The node of the frame at a place.</summary>
    internal int NodeOf(int index)
    {
        int range = first.Length - 1;
        while (first[range] > index) range--;
        long frame = starts[range] + index - first[range];
        foreach (FrameRange part in memory)
        {
            if (frame >= part.Start && frame < part.Start + part.Frames) return part.Node;
        }
        return 0;
    }

    private static bool CanBe(FrameRange range) =>
        range.Node is >= 0 and < MostNodes && range.Start is >= 0 and < long.MaxValue / 4 && range.Frames <= ReplaySetup.MostFrames;

    private int Search(long frame)
    {
        for (int range = 0; range < starts.Length; range++)
        {
            if (frame < starts[range] || frame >= ends[range]) continue;
            last = range;
            return first[range] + (int)(frame - starts[range]);
        }
        return -1;
    }
}
