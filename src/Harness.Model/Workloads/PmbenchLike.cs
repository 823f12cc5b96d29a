using System.Runtime.CompilerServices;

namespace Harness.Model;

/// <summary>
/// The workload <c>pmbench-like</c>: threads touch random pages of anonymous memory, some of them hotter than the others; a share of the
/// touches writes.
/// </summary>
public sealed record PmbenchLike
{
    /// <summary>4 KiB pages of the memory, placed by whoever touches them first: the main thread.</summary>
    public required int Pages { get; init; }

    /// <summary>Touching threads.</summary>
    public required int Threads { get; init; }

    /// <summary>Touches of each thread.</summary>
    public required long Touches { get; init; }

    /// <summary>The hot pages.</summary>
    public HotSet Hot { get; init; } = HotSet.Uniform;

    /// <summary>Touches that write, in percent.</summary>
    public int WritePercent { get; init; }

    /// <summary>Seed of the touched order.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The page of a touch.</summary>
    /// <param name="draw">The touch's <see cref="TouchOrder.Draw"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Page(ulong draw) => Hot.Page(draw, Pages);

    /// <summary>Whether a touch writes.</summary>
    /// <param name="draw">The touch's <see cref="TouchOrder.Draw"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Writes(ulong draw) => TouchOrder.Happens(draw, 0, WritePercent);
}
