using System.Runtime.CompilerServices;

namespace Harness.Model;

/// <summary>
/// The order in which a thread of <c>migrate-pingpong</c> touches pages: splitmix64 (Steele, Lea, Flood, OOPSLA 2014), whose state advances
/// by a constant, so that the n-th touch is computed without the ones before it. The C program prints the same order with <c>--trace</c>.
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
    public static int Page(ulong start, long touch, int pages) =>
        unchecked((int)(((Mix(start + ((ulong)touch + 1) * Gamma) >> 32) * (ulong)pages) >> 32));

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
