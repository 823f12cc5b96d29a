using System.Runtime.CompilerServices;

namespace Harness.Model;

/// <summary>
/// The order in which a thread of a workload touches random pages: splitmix64 (Steele, Lea, Flood, OOPSLA 2014), whose state advances
/// by a constant, so that the n-th touch is computed without the ones before it. The C programs print the same order with <c>--trace</c>.
/// </summary>
public static class TouchOrder
{
    private const ulong Gamma = 0x9E3779B97F4A7C15;

    /// <summary>
    /// The state of a thread's generator before its first touch. Mixed, since states a multiple of the step apart would be one sequence,
    /// each thread a touch ahead of the last.
    /// </summary>
    /// <param name="seed">The workload's seed.</param>
    /// <param name="thread">The touching thread, from 0.</param>
    public static ulong Start(ulong seed, int thread) => Mix(unchecked(seed + ((ulong)thread + 1) * Gamma));

    /// <summary>The page of a touch.</summary>
    /// <param name="start">The thread's <see cref="Start"/>.</param>
    /// <param name="touch">The touch, from 0.</param>
    /// <param name="pages">Pages there are.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Page(ulong start, long touch, int pages) => PageOf(Draw(start, touch), pages);

    /// <summary>The 64 random bits of a touch, for workloads that decide more than the page.</summary>
    /// <param name="start">The thread's <see cref="Start"/>.</param>
    /// <param name="touch">The touch, from 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Draw(ulong start, long touch) => unchecked(Mix(start + ((ulong)touch + 1) * Gamma));

    /// <summary>The page that the high half of a draw chooses.</summary>
    /// <param name="draw">A <see cref="Draw"/>.</param>
    /// <param name="pages">Pages there are.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int PageOf(ulong draw, int pages) => (int)(((draw >> 32) * (ulong)pages) >> 32);

    /// <summary>Whether something with a probability of so many percent happens, by 16 bits of a draw's low half.</summary>
    /// <param name="draw">A <see cref="Draw"/>.</param>
    /// <param name="shift">The lowest of the 16 bits: 0 or 16, one for each thing that is decided.</param>
    /// <param name="percent">0 never to 100 always.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Happens(ulong draw, int shift, int percent) => (((draw >> shift) & 0xFFFF) * 100) >> 16 < (uint)percent;

    private static ulong Mix(ulong z)
    {
        unchecked
        {
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
