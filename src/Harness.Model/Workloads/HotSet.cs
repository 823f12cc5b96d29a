using System.Runtime.CompilerServices;

namespace Harness.Model;

/// <summary>The first pages of a range, which take more of the touches than is their share.</summary>
/// <param name="PagesPercent">How many of the pages are hot, in percent; at least one is, and with 100 the touches are uniform.</param>
/// <param name="TouchesPercent">How many of the touches go to them, in percent.</param>
public readonly record struct HotSet(int PagesPercent, int TouchesPercent)
{
    private const int Bits = 16;

    /// <summary>No page is hotter than another.</summary>
    public static HotSet Uniform { get; } = new(100, 100);

    /// <summary>The number of hot pages.</summary>
    /// <param name="pages">Pages there are.</param>
    public int Of(int pages) => (int)Math.Max(1, (long)pages * PagesPercent / 100);

    /// <summary>The page that a draw chooses: bits 16 to 31 whether it is a hot one, the high half which.</summary>
    /// <param name="draw">See <see cref="TouchOrder.Draw"/>.</param>
    /// <param name="pages">Pages there are.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Page(ulong draw, int pages)
    {
        int hot = Of(pages);
        return hot == pages || TouchOrder.Happens(draw, Bits, TouchesPercent)
            ? TouchOrder.PageOf(draw, hot)
            : hot + TouchOrder.PageOf(draw, pages - hot);
    }
}
