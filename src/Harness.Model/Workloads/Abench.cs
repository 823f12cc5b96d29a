using System.Runtime.CompilerServices;

namespace Harness.Model;

/// <summary>
/// The workload <c>abench</c>: anonymous memory allocated on one node and then free to move; threads that each read random 4 KiB pages of
/// it, so many touches an iteration and a short sleep after each.
/// </summary>
public sealed record Abench
{
    /// <summary>4 KiB pages of the memory.</summary>
    public required int Pages { get; init; }

    /// <summary>Touching threads.</summary>
    public required int Threads { get; init; }

    /// <summary>Iterations of each thread.</summary>
    public required int Iterations { get; init; }

    /// <summary>Touches of each thread in one iteration; 0 for as many as there are pages.</summary>
    public long Touches { get; init; }

    /// <summary>Sleep between two iterations of a thread.</summary>
    public Nanoseconds Delay { get; init; } = new(1_000);

    /// <summary>Node that the pages are allocated on.</summary>
    public int Node { get; init; } = 1;

    /// <summary>Seed of the touched order.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Touches of each thread in one iteration.</summary>
    public long TouchesAnIteration => Touches == 0 ? Pages : Touches;

    /// <summary>The page of a touch.</summary>
    /// <param name="start">The thread's <see cref="TouchOrder.Start"/>.</param>
    /// <param name="touch">The touch of the thread, from 0, counted on through the iterations.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Page(ulong start, long touch) => TouchOrder.Page(start, touch, Pages);
}
