namespace Harness.Model;

/// <summary>What must hold in a kernel besides what the oracle sees.</summary>
internal static class Audit
{
    /// <summary>
    /// At rest: whether a frame is neither free nor referred to by a mapping, the page cache, or a policy that still needs it.
    /// </summary>
    internal static bool Leaks(Kernel kernel)
    {
        for (int frame = 0; frame < kernel.Frames.Count; frame++)
        {
            if (kernel.Frames.Use(frame) == FrameUse.Free || kernel.Policy.Holds(frame)) continue;
            int folio = kernel.Frames.Folio(frame);
            bool cached = kernel.Frames.Use(frame) == FrameUse.File
                && kernel.Cache.Find(kernel.Frames.Owner(frame), kernel.Frames.Index(frame)) == frame;
            int mapped = 0;
            for (int i = 0; i < 1 << kernel.Frames.Order(folio); i++) mapped += kernel.Frames.MapCount(folio + i);
            if (kernel.Frames.References(folio) != mapped + (cached ? 1 : 0)) return true;
        }
        return false;
    }

    /// <summary>
    /// Whether, since the tallies were cleared, an allocation failed while frames only waited for their flush, or had to ask for them again
    /// and again.
    /// </summary>
    internal static bool PressureUnanswered(Kernel kernel)
    {
        if (kernel.Tallies[Tally.ReliefInVain] > 0) return true;
        if (kernel.Tallies[Tally.AllocationFailures] == 0) return false;
        for (int frame = 0; frame < kernel.Frames.Count; frame++)
        {
            if (kernel.Policy.Holds(frame)) return true;
        }
        return false;
    }

    /// <summary>Memory is said to be low although the frames that wait for their flush would have to count as free.</summary>
    internal static bool NeedlessRelief(Kernel kernel, int node)
    {
        for (int zone = 0; zone < kernel.Shape.Memory.Zones.Count; zone++)
        {
            ZoneShape shape = kernel.Shape.Memory.Zones[zone];
            if (shape.Node != node) continue;
            int free = kernel.Allocator.FreePages(zone);
            int held = 0;
            for (int frame = shape.Start; frame < shape.End; frame++)
            {
                if (kernel.Policy.Holds(frame)) held++;
            }
            if (free > 0 && held > 0 && free + held > kernel.Allocator.Watermarks(zone).Low) return true;
        }
        return false;
    }
}
