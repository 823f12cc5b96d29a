using System.Numerics;

namespace Harness.Model;

/// <summary>
/// The CPUs as flushes see them: which process each ran last (mm_cpumask), which are idle (lazy), what interrupts took from them.
/// </summary>
internal sealed class TieringCpus
{
    private const int Nobody = -1;

    private readonly Clock clock;
    private readonly TieringCounts counts;
    private readonly CpuMasks masks;
    private readonly int lazy;
    private readonly int[] lastProcess;
    private readonly long[] interrupts;
    private readonly long[] stolen;
    private readonly long[] freeAt;
    private readonly long[] generations;
    private readonly long[] generationAtSleep;
    private readonly long[] flushes;
    private readonly long[] idleFrom;
    private readonly long[] idleUntil;
    private readonly long[] lentFrom;
    private readonly long[] lentUntil;
    private readonly CpuTurns turns;
    private readonly int hostCores;
    private readonly long hostSlice;
    private readonly long ofInterrupt;
    private readonly long ofWaking;
    private (long Now, long Waited) began;

    internal TieringCpus(StateArrays state, Machine machine, int processes, int threads, Clock clock, TieringCounts counts)
    {
        this.clock = clock;
        this.counts = counts;
        Count = machine.Cpus;
        masks = new CpuMasks(state, processes + 1, machine.Cpus);
        lazy = processes;
        lastProcess = state.Array<int>(machine.Cpus);
        interrupts = state.Array<long>(machine.Cpus);
        stolen = state.Array<long>(machine.Cpus);
        freeAt = state.Array<long>(machine.Cpus);
        generations = state.Array<long>(processes);
        generationAtSleep = state.Array<long>(machine.Cpus);
        flushes = state.Array<long>(machine.Cpus);
        idleFrom = state.Array<long>(machine.Cpus);
        idleUntil = state.Array<long>(machine.Cpus);
        lentFrom = state.Array<long>(machine.Cpus);
        lentUntil = state.Array<long>(machine.Cpus);
        idleUntil.AsSpan().Fill(long.MaxValue);
        lastProcess.AsSpan().Fill(Nobody);
        for (int cpu = 0; cpu < Count; cpu++) masks.Add(lazy, cpu);
        turns = new CpuTurns(state, clock, threads, machine.Cpus, machine.Costs.GuestSlice.Ns);
        hostCores = machine.HostCores ?? machine.Cpus;
        hostSlice = machine.Costs.HostSlice.Ns;
        ofWaking = machine.Costs.LeaveIdle.Ns;
        ofInterrupt = machine.Costs.TakeIpi.Ns + machine.Costs.FlushAll.Ns;
    }

    internal int Count { get; }

    /// <summary><c>/proc/interrupts</c> TLB of each CPU.</summary>
    internal ReadOnlySpan<long> Interrupts => interrupts;

    /// <summary>The measured window begins now.</summary>
    internal void BeginWindow() => interrupts.AsSpan().Clear();

    /// <summary>mm_cpumask of a process.</summary>
    internal ReadOnlySpan<ulong> Of(int process) => masks[process];

    /// <summary>True when a CPU other than this one may hold translations of the process.</summary>
    internal bool RunsElsewhere(int process, int cpu) => masks.AnyBut(process, cpu);

    /// <summary>How often the CPU's translations were flushed.</summary>
    internal long Flushes(int cpu) => flushes[cpu];

    /// <summary>
    /// A mapping of the process was cleared (inc_mm_tlb_gen): CPUs that are idle now flush when they leave idleness, even if the flush
    /// itself is put off.
    /// </summary>
    internal void NoteUnmap(int process) => generations[process]++;

    /// <summary>The CPU flushed its own translations.</summary>
    internal void NoteFlush(int cpu) => flushes[cpu]++;

    /// <summary>
    /// The actor, a thread of a process, gets its CPU, or an idle one while another thread has it. Leaving idleness or another process may
    /// flush.
    /// </summary>
    /// <param name="process">The process.</param>
    /// <param name="cpu">The CPU.</param>
    /// <returns>False when it has to wait for another thread's slice: it has waited a while and is to try again.</returns>
    internal bool TryRun(int process, out int cpu)
    {
        cpu = turns.Of(clock.Actor);
        if (!turns.IsFree(cpu))
        {
            int idle = FindIdle();
            if (idle < 0)
            {
                turns.Wait(cpu);
                return false;
            }
            cpu = idle;
        }
        turns.Take(cpu);
        Enter(cpu, process);
        began = Beginning;
        return true;
    }

    /// <summary>The actor, a thread of a process, runs on the CPU once who had it before is done.</summary>
    internal void Enter(int cpu, int process)
    {
        clock.WaitUntil(Component.Queue, freeAt[cpu]);
        clock.Spend(Component.Interrupt, stolen[cpu]);
        stolen[cpu] = 0;
        int last = lastProcess[cpu];
        if (last != process)
        {
            if (last != Nobody) masks.Remove(last, cpu);
            masks.Add(process, cpu);
            lastProcess[cpu] = process;
            counts[TieringCount.TaskSwitchFlushes]++;
            flushes[cpu]++;
        }
        else if (masks.Has(lazy, cpu) && generationAtSleep[cpu] != generations[process])
        {
            counts[TieringCount.TaskSwitchFlushes]++;
            flushes[cpu]++;
        }
        masks.Remove(lazy, cpu);
    }

    /// <summary>The actor, a thread, keeps its CPU busy up to now.</summary>
    internal void Used(int cpu)
    {
        WaitForHost(began);
        began = Beginning;
        freeAt[cpu] = clock.Now;
    }

    /// <summary>The beginning of what keeps a CPU busy: the present time, and what was waited until then.</summary>
    internal (long Now, long Waited) Beginning => (clock.Now, clock.Waited);

    /// <summary>
    /// The actor has kept a CPU busy from then until now, but for what it waited. Where more vCPUs are busy than the host has cores, each
    /// gets its share of them, so that it took longer (assumed: even shares, however short the time).
    /// </summary>
    internal void WaitForHost((long Now, long Waited) from)
    {
        int busy = Busy();
        if (busy <= hostCores) return;
        long worked = clock.Now - from.Now - (clock.Waited - from.Waited);
        clock.Spend(Component.Host, worked * (busy - hostCores) / hostCores);
    }

    /// <summary>
    /// How long an interrupted vCPU is off its host core before it can answer: half a slice of the host, for the share of vCPUs that wait
    /// for a core (assumed).
    /// </summary>
    internal long HostDelay()
    {
        int busy = Busy();
        return busy > hostCores ? hostSlice / 2 * (busy - hostCores) / busy : 0;
    }

    private int Busy()
    {
        if (hostCores >= Count) return 0;
        int busy = Count;
        for (int cpu = 0; cpu < Count; cpu++)
        {
            if (IsIdle(cpu)) busy--;
        }
        return busy;
    }

    /// <summary>A thread spins for others: who waits for its CPU may have it (published: llama-stream yields).</summary>
    internal void Spin(int thread) => turns.Give(thread);

    /// <summary>A thread has ended.</summary>
    internal void End(int thread)
    {
        turns.Give(thread);
        Idle(turns.Of(thread), long.MaxValue);
    }

    /// <summary>
    /// From now until then the CPU has nothing to run: it keeps the translations of its last process and is spared by flushes. Others may
    /// act before now or after then while it still counts as idle; their flushes go by the times.
    /// </summary>
    private void Idle(int cpu, long until)
    {
        idleFrom[cpu] = clock.Now;
        idleUntil[cpu] = until;
        masks.Add(lazy, cpu);
        // one that was let go of meanwhile is entered anew
        if (lastProcess[cpu] != Nobody) generationAtSleep[cpu] = generations[lastProcess[cpu]];
    }

    /// <summary>The actor sleeps until then and leaves its CPU idle; its time asleep belongs to that component.</summary>
    internal void Sleep(int cpu, long until, Component asleep)
    {
        Used(cpu);
        turns.Give(clock.Actor);
        Idle(cpu, until);
        clock.WaitUntil(asleep, until);
        clock.Spend(Component.Queue, ofWaking);
    }

    /// <summary>
    /// Where a kernel thread runs: on the CPU it prefers, on an idle one if that has something to run, or beside what runs there.
    /// </summary>
    internal int ForKernelThread(int preferred)
    {
        if (IsIdle(preferred)) return preferred;
        int idle = FindIdle();
        return idle >= 0 ? idle : preferred;
    }

    private int FindIdle()
    {
        for (int cpu = Count - 1; cpu >= 0; cpu--)
        {
            if (IsIdle(cpu)) return cpu;
        }
        return -1;
    }

    /// <summary>Threads that a kernel thread shares a busy CPU with: an even share of those that are awake, at least one.</summary>
    internal int Rivals => Math.Max(1, (turns.Awake + Count / 2) / Count);

    /// <summary>Whether the CPU has nothing to run at the present time.</summary>
    internal bool IsIdle(int cpu) => masks.Has(lazy, cpu) && idleFrom[cpu] <= clock.Now && clock.Now < idleUntil[cpu];

    /// <summary>A kernel thread had the CPU from then until now: whoever else runs there goes on now, and was spared by flushes.</summary>
    internal void Lent(int cpu, long from)
    {
        lentFrom[cpu] = from;
        lentUntil[cpu] = clock.Now;
        freeAt[cpu] = Math.Max(freeAt[cpu], clock.Now);
    }

    /// <summary>
    /// A flush reaches the CPU while it is lazy, which lets go of its last process's address space instead (published: flush_tlb_func).
    /// </summary>
    /// <returns>False when it had none.</returns>
    internal bool LetGo(int cpu)
    {
        int last = lastProcess[cpu];
        if (last == Nobody) return false;
        masks.Remove(last, cpu);
        lastProcess[cpu] = Nobody;
        counts[TieringCount.TaskSwitchFlushes]++;
        flushes[cpu]++;
        return true;
    }

    /// <summary>Interrupts every CPU of a set but one.</summary>
    /// <param name="set">The CPUs.</param>
    /// <param name="self">The one that sends.</param>
    /// <param name="lazyToo">Also those that are lazy, as when page tables were freed; else these are spared.</param>
    /// <returns>How many that were not lazy.</returns>
    internal int Interrupt(ReadOnlySpan<ulong> set, int self, bool lazyToo)
    {
        int targets = 0;
        long now = clock.Now;
        for (int i = 0; i < set.Length; i++)
        {
            ulong word = set[i];
            if (i == self >> 6) word &= ~(1UL << (self & 63));
            for (; word != 0; word &= word - 1)
            {
                int cpu = i * 64 + BitOperations.TrailingZeroCount(word);
                if (IsIdle(cpu) || (lentFrom[cpu] <= now && now < lentUntil[cpu]))
                {
                    if (lazyToo && LetGo(cpu)) interrupts[cpu]++;
                    continue;
                }
                targets++;
                interrupts[cpu]++;
                flushes[cpu]++;
                stolen[cpu] += ofInterrupt;
            }
        }
        return targets;
    }
}
