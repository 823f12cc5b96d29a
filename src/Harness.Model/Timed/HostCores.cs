namespace Harness.Model;

/// <summary>
/// Which vCPUs execute when there are more of them than host cores: a fair queue with slices. A vCPU whose guest is idle halts and wants no
/// core; one that wakes goes before those that ran more, and takes the core of the one that ran most if that is ahead by half a slice
/// (assumed: the shape of the host scheduler's wake-up preemption).
/// </summary>
internal sealed class HostCores
{
    private readonly int cores;
    private readonly long slice;
    private readonly bool[] wants;
    private readonly bool[] on;
    private readonly long[] ran;
    private readonly long[] since;
    private int running;
    private int waiting;

    internal HostCores(int? cores, int cpus, long slice)
    {
        this.cores = Math.Min(cores ?? cpus, cpus);
        this.slice = slice;
        wants = new bool[cpus];
        on = new bool[cpus];
        ran = new long[cpus];
        since = new long[cpus];
        NextTurn = long.MaxValue;
    }

    /// <summary>When the next slice ends; never while all who want a core have one.</summary>
    internal long NextTurn { get; private set; }

    /// <summary>True when the vCPU executes.</summary>
    internal bool IsOn(int cpu) => on[cpu];

    /// <summary>
    /// The vCPU became runnable or halted. The caller looks at <see cref="IsOn"/> of all of them afterwards when this says so.
    /// </summary>
    /// <returns>True when any vCPU went on or off a core.</returns>
    internal bool Want(int cpu, bool wanted, long now)
    {
        if (wants[cpu] == wanted) return false;
        wants[cpu] = wanted;
        bool moved = wanted ? Arrive(cpu, now) : Depart(cpu, now);
        Plan(now);
        return moved;
    }

    /// <summary>A slice ended.</summary>
    internal void Turn(long now)
    {
        for (int cpu = 0; cpu < on.Length && waiting > 0; cpu++)
        {
            if (!on[cpu] || now - since[cpu] < slice) continue;
            ran[cpu] += now - since[cpu];
            since[cpu] = now;
            int next = LeastRan();
            if (ran[next] > ran[cpu]) continue;
            on[cpu] = false;
            on[next] = true;
            since[next] = now;
        }
        Plan(now);
    }

    private bool Arrive(int cpu, long now)
    {
        long floor = long.MaxValue;
        for (int other = 0; other < on.Length; other++)
        {
            if (wants[other] && other != cpu) floor = Math.Min(floor, Ran(other, now));
        }
        if (floor != long.MaxValue) ran[cpu] = Math.Max(ran[cpu], floor - slice);
        if (running < cores)
        {
            running++;
        }
        else
        {
            waiting++;
            int victim = MostRan(now);
            if (Ran(victim, now) - ran[cpu] <= slice / 2) return false;
            Off(victim, now);
        }
        on[cpu] = true;
        since[cpu] = now;
        return true;
    }

    private bool Depart(int cpu, long now)
    {
        if (!on[cpu])
        {
            waiting--;
            return false;
        }
        Off(cpu, now);
        if (waiting == 0)
        {
            running--;
            return true;
        }
        waiting--;
        int next = LeastRan();
        on[next] = true;
        since[next] = now;
        return true;
    }

    private void Off(int cpu, long now)
    {
        ran[cpu] = Ran(cpu, now);
        on[cpu] = false;
    }

    private long Ran(int cpu, long now) => on[cpu] ? ran[cpu] + now - since[cpu] : ran[cpu];

    private int LeastRan()
    {
        int least = -1;
        for (int cpu = 0; cpu < on.Length; cpu++)
        {
            if (wants[cpu] && !on[cpu] && (least < 0 || ran[cpu] < ran[least])) least = cpu;
        }
        return least;
    }

    private int MostRan(long now)
    {
        int most = -1;
        for (int cpu = 0; cpu < on.Length; cpu++)
        {
            if (on[cpu] && (most < 0 || Ran(cpu, now) > Ran(most, now))) most = cpu;
        }
        return most;
    }

    private void Plan(long now)
    {
        NextTurn = long.MaxValue;
        if (waiting == 0) return;
        for (int cpu = 0; cpu < on.Length; cpu++)
        {
            if (on[cpu]) NextTurn = Math.Min(NextTurn, Math.Max(now + 1, since[cpu] + slice));
        }
    }
}
