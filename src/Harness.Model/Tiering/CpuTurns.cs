namespace Harness.Model;

/// <summary>
/// Which thread of the workload a CPU runs when there are more of them: each keeps it for a slice or until it sleeps, and goes to another
/// CPU only if that is idle. Where every thread has a CPU of its own, it keeps that for good.
/// </summary>
internal sealed class CpuTurns
{
    /// <summary>How soon a waiting thread looks again, since whoever has the CPU may sleep before its slice ends. Assumed.</summary>
    private const long Patience = 100_000;

    private const int Nobody = -1;

    private readonly Clock clock;
    private readonly long slice;
    private readonly int[] home;
    private readonly int[] holder;
    private readonly long[] end;
    private readonly bool[] wanted;
    private readonly bool[] awake;

    internal CpuTurns(StateArrays state, Clock clock, int threads, int cpus, long slice)
    {
        this.clock = clock;
        this.slice = slice;
        home = state.Array<int>(threads);
        holder = state.Array<int>(cpus);
        end = state.Array<long>(cpus);
        wanted = state.Array<bool>(cpus);
        awake = state.Array<bool>(threads);
        holder.AsSpan().Fill(Nobody);
        for (int thread = 0; thread < threads; thread++) home[thread] = thread % cpus;
    }

    /// <summary>The CPU that a thread ran on last.</summary>
    internal int Of(int thread) => home[thread];

    /// <summary>Threads that run or wait for a CPU.</summary>
    internal int Awake => awake.AsSpan().Count(true);

    /// <summary>True when the actor may have the CPU: nobody else has its turn, and if the actor's own is over nobody waits.</summary>
    internal bool IsFree(int cpu)
    {
        bool over = clock.Now >= end[cpu];
        return holder[cpu] == clock.Actor ? !over || !wanted[cpu] : over || holder[cpu] == Nobody;
    }

    /// <summary>The actor, a thread, gets the CPU.</summary>
    internal void Take(int cpu)
    {
        home[clock.Actor] = cpu;
        awake[clock.Actor] = true;
        if (holder[cpu] == clock.Actor && clock.Now < end[cpu]) return;
        holder[cpu] = clock.Actor;
        end[cpu] = clock.Now + slice;
        wanted[cpu] = false;
    }

    /// <summary>The actor waits for the CPU's present holder, or makes way for who waits for it, for a while.</summary>
    internal void Wait(int cpu)
    {
        awake[clock.Actor] = true;
        bool makesWay = holder[cpu] == clock.Actor;
        wanted[cpu] = !makesWay;
        clock.WaitUntil(Component.Queue, makesWay ? clock.Now + Patience : Math.Min(end[cpu], clock.Now + Patience));
    }

    /// <summary>A thread has nothing to run from now on: its CPU is anybody's.</summary>
    internal void Give(int thread)
    {
        int cpu = home[thread];
        awake[thread] = false;
        if (holder[cpu] == thread) end[cpu] = clock.Now;
    }
}
