using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Harness.Model;

/// <summary>
/// The time of every actor: the workload's threads, kswapd of each node, kernel threads that scan. The one that is furthest behind acts
/// next, and what it does takes its own time. Each nanosecond an actor lives belongs to one component.
/// </summary>
internal sealed class Clock
{
    private const long Never = long.MaxValue;

    private static readonly int Lanes = Vector512<long>.Count;
    private static readonly int Components = Enum.GetValues<Component>().Length;

    private readonly long[] wake;
    private readonly long[] since;
    private readonly long[] spent;
    private readonly long[] current;

    internal Clock(StateArrays state, int actors)
    {
        Actors = actors;
        wake = state.Array<long>((actors + Lanes - 1) / Lanes * Lanes);
        since = state.Array<long>(actors);
        spent = state.Array<long>(actors * Components);
        current = state.Array<long>(3);
        wake.AsSpan(actors).Fill(Never);
    }

    internal int Actors { get; }

    /// <summary>The one that acts.</summary>
    internal int Actor => (int)current[1];

    /// <summary>Its time, in nanoseconds from the beginning.</summary>
    internal long Now => current[0];

    /// <summary>Time since the measured window began.</summary>
    internal long Elapsed => current[0] - current[2];

    /// <summary>The measured window begins now: what actors did before belongs to no component.</summary>
    internal void BeginWindow()
    {
        current[2] = Now;
        spent.AsSpan().Clear();
        foreach (ref long stopped in since.AsSpan()) stopped = Math.Max(stopped, Now);
    }

    /// <summary>Lets the actor act that is furthest behind; of equals the first.</summary>
    /// <exception cref="InvalidOperationException">All are asleep.</exception>
    internal void Next()
    {
        ReadOnlySpan<long> times = wake;
        Vector512<long> least = Vector512.Create(times);
        for (int i = Lanes; i < times.Length; i += Lanes) least = Vector512.Min(least, Vector512.Create(times[i..]));
        long earliest = Never;
        for (int lane = 0; lane < Lanes; lane++) earliest = Math.Min(earliest, least[lane]);
        if (earliest == Never) throw new InvalidOperationException("every thread of the simulation is asleep");
        current[1] = times.IndexOf(earliest);
        current[0] = earliest;
    }

    /// <summary>The actor is busy for that long.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Spend(Component component, long ns)
    {
        current[0] += ns;
        spent[(int)current[1] * Components + (int)component] += ns;
    }

    /// <summary>Time that all actors have waited so far: what one waits in its turn is what this grows by.</summary>
    internal long Waited { get; private set; }

    /// <summary>The actor waits until then, if that is still to come.</summary>
    internal void WaitUntil(Component component, long time)
    {
        long wait = time - Now;
        if (wait <= 0) return;
        Waited += wait;
        Spend(component, wait);
    }

    /// <summary>The actor goes on when it is its turn.</summary>
    internal void Yield() => wake[Actor] = Now;

    /// <summary>The actor stops until somebody wakes it.</summary>
    internal void Stop() => StopAt(Actor, Now);

    /// <summary>An actor waits to be woken from the beginning on.</summary>
    internal void StopAt(int actor, long time)
    {
        since[actor] = time;
        wake[actor] = Never;
    }

    /// <summary>Lets a stopped actor go on at the present time; its pause belongs to that component.</summary>
    internal void Wake(int actor, Component component)
    {
        if (wake[actor] != Never) return;
        long now = Math.Max(Now, since[actor]);
        spent[actor * Components + (int)component] += now - since[actor];
        wake[actor] = now;
    }

    /// <summary>Accounts for the time up to the end of those that are stopped or behind.</summary>
    internal long[] Spent(int actor, long end, Component stopped)
    {
        long[] parts = spent.AsSpan(actor * Components, Components).ToArray();
        parts[(int)stopped] += end - parts.Sum();
        return parts;
    }
}
