using System.Runtime.CompilerServices;

namespace Harness.Model;

/// <summary>The counts of a tiering simulation.</summary>
internal sealed class TieringCounts(StateArrays state)
{
    private readonly long[] counts = state.Array<long>((int)TieringCount.Last);

    internal ref long this[TieringCount count]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref counts[(int)count];
    }

    /// <summary>Everything before now is not counted.</summary>
    internal void Clear() => counts.AsSpan().Clear();
}
