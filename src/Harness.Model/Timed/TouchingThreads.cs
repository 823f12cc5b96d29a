namespace Harness.Model;

/// <summary>
/// The touching threads. While every page is mapped their touches change nothing and are only counted forward; while a page is under
/// migration the stream is searched for the next touch that faults. A touch of an unmapped page does not fault as long as the CPU has not
/// flushed and its TLB still holds the translation: that is so when the thread touched the page within the reach of the TLB since the last
/// full flush.
/// </summary>
internal sealed class TouchingThreads
{
    // Touches looked at first, and at most: no outcome depends on them. Measured: 16 takes half the time of 64 with three threads.
    private const int SearchFirst = 16;
    private const int SearchMost = 1 << 16;
    private const int None = -1;

    private enum Phase : byte { Touching, Faulting, Locked, FallingAsleep, Asleep }

    private readonly Processors processors;
    private readonly Shootdown shootdown;
    private readonly AddressSpaces spaces;
    private readonly long[] unmappedIn;
    private readonly Costs costs;
    private readonly int touched;
    private readonly int firstThread;
    private readonly long touchNs;
    private readonly long reach;
    private readonly ulong[] start;
    private readonly long[] touch;
    private readonly long[] carry;
    private readonly long[] emptySince;
    private readonly long[] fullFlushes;
    private readonly int[] faultsOn;
    private readonly int[] waitsFor;
    private readonly int[] searchAhead;
    private readonly Phase[] phase;
    private int waiters;
    private int underMigration;

    internal TouchingThreads(
        Machine machine, MigratePingpong workload, int firstThread, Processors processors, Kernel kernel)
    {
        this.processors = processors;
        shootdown = kernel.Shootdown;
        spaces = kernel.Spaces;
        unmappedIn = new long[spaces.Pages];
        this.firstThread = firstThread;
        costs = machine.Costs;
        touched = workload.Pages;
        touchNs = costs.Touch.Ns + costs.Draw.Ns;
        // assumed: the pages are on either node for half of the window
        if (costs.TouchPaysLatency) touchNs += (machine.Nodes[workload.From].LatencyNs + machine.Nodes[workload.To].LatencyNs) / 2;
        // a random stream over n pages meets e different ones within n ln(n / (n - e)) touches
        double filled = (double)machine.TlbEntries / touched;
        reach = filled >= 1 ? long.MaxValue : (long)(-touched * Math.Log(1 - filled));
        start = new ulong[workload.Threads];
        touch = new long[workload.Threads];
        carry = new long[workload.Threads];
        emptySince = new long[workload.Threads];
        fullFlushes = new long[workload.Threads];
        faultsOn = new int[workload.Threads];
        waitsFor = new int[workload.Threads];
        searchAhead = new int[workload.Threads];
        phase = new Phase[workload.Threads];
        for (int i = 0; i < workload.Threads; i++)
        {
            start[i] = TouchOrder.Start(workload.Seed, i);
            // assumed: the threads ran for four touches a page before the window began
            touch[i] = 4L * touched;
            waitsFor[i] = None;
        }
    }

    /// <summary>The thread's work is done: a fault is due, a step of its handling is over, or it was woken.</summary>
    internal void Step(int thread)
    {
        int i = thread - firstThread;
        switch (phase[i])
        {
            case Phase.Touching:
                CountTouches(thread, i);
                if (faultsOn[i] != None && !spaces.Pte(0, faultsOn[i]).Present)
                {
                    Fault(thread, i);
                    break;
                }
                searchAhead[i] = Math.Min(2 * searchAhead[i], SearchMost);
                Plan(thread, i);
                break;
            case Phase.Faulting:
                LookAtEntry(thread, i);
                break;
            case Phase.Locked:
                Fault(thread, i);
                break;
            case Phase.FallingAsleep:
                if (spaces.Pte(0, faultsOn[i]).IsEntry) SleepOn(thread, i);
                else Touch(thread, i);
                break;
            case Phase.Asleep:
                Touch(thread, i);
                break;
        }
    }

    /// <summary>The thread was switched in with work left.</summary>
    internal void Resumed(int thread)
    {
        int i = thread - firstThread;
        if (phase[i] == Phase.Touching) Replan(thread, i);
    }

    /// <summary>The generation in which a page was last unmapped.</summary>
    internal long UnmappedIn(int page) => unmappedIn[page];

    /// <summary>A page is mapped again.</summary>
    internal void PageMapped() => underMigration--;

    /// <summary>A page has just been unmapped: the touches ahead may meet it.</summary>
    internal void PageUnmapped(int page, long generation)
    {
        underMigration++;
        unmappedIn[page] = generation;
        for (int i = 0; i < phase.Length; i++)
        {
            int thread = firstThread + i;
            if (phase[i] == Phase.Touching && processors.IsCurrent(thread)) Replan(thread, i);
        }
    }

    /// <summary>A CPU has flushed: touches that its TLB would have served may fault.</summary>
    internal void Flushed(int cpu)
    {
        int thread = processors.Current(cpu);
        int i = thread - firstThread;
        if (i >= 0 && i < phase.Length && phase[i] == Phase.Touching) Replan(thread, i);
    }

    /// <summary>The page-table lock of that page was released.</summary>
    internal void LockReleased(int page)
    {
        for (int i = 0; i < phase.Length; i++)
        {
            if (phase[i] == Phase.Locked && faultsOn[i] == page) processors.EndSpin(firstThread + i);
        }
    }

    /// <summary>The folio of that page was unlocked: wakes those who sleep on it.</summary>
    /// <returns>How many.</returns>
    internal int Wake(int page)
    {
        if (waiters == 0) return 0;
        int woken = 0;
        for (int i = 0; i < waitsFor.Length; i++)
        {
            if (waitsFor[i] != page) continue;
            waitsFor[i] = None;
            woken++;
            processors.Wake(firstThread + i);
        }
        waiters -= woken;
        return woken;
    }

    private void Touch(int thread, int i)
    {
        phase[i] = Phase.Touching;
        carry[i] = 0;
        searchAhead[i] = SearchFirst;
        NoteFlushes(thread, i);
        Plan(thread, i);
    }

    private void Replan(int thread, int i)
    {
        CountTouches(thread, i);
        searchAhead[i] = SearchFirst;
        Plan(thread, i);
    }

    private void Fault(int thread, int i)
    {
        phase[i] = Phase.Faulting;
        processors.Work(thread, costs.Fault.Ns, Component.Fault);
    }

    private void LookAtEntry(int thread, int i)
    {
        Pte pte = spaces.Pte(0, faultsOn[i]);
        if (pte.Present)
        {
            Touch(thread, i);
        }
        else if (pte.IsEntry)
        {
            phase[i] = Phase.FallingAsleep;
            processors.Work(thread, costs.FallAsleep.Ns, Component.Fault);
        }
        else
        {
            // cleared, and its flush under way with the page table locked
            phase[i] = Phase.Locked;
            processors.Spin(thread, Component.Lock);
        }
    }

    private void SleepOn(int thread, int i)
    {
        waitsFor[i] = faultsOn[i];
        waiters++;
        phase[i] = Phase.Asleep;
        processors.Sleep(thread);
    }

    private void CountTouches(int thread, int i)
    {
        long executed = carry[i] + processors.Executed(thread);
        long touches = executed / touchNs;
        touch[i] += touches;
        carry[i] = executed - touches * touchNs;
        NoteFlushes(thread, i);
    }

    /// <summary>After a full flush the TLB holds what is touched from here on.</summary>
    private void NoteFlushes(int thread, int i)
    {
        long flushes = shootdown.FullFlushes(processors.CpuOf(thread));
        if (flushes == fullFlushes[i]) return;
        fullFlushes[i] = flushes;
        emptySince[i] = touch[i];
    }

    /// <summary>Finds out how long the thread can touch before its next fault, as far as can be told now.</summary>
    private void Plan(int thread, int i)
    {
        faultsOn[i] = None;
        if (underMigration == 0)
        {
            processors.Execute(thread, long.MaxValue);
            return;
        }
        int ahead = Search(thread, i);
        processors.Execute(thread, Math.Max(0, ahead * touchNs - carry[i]));
    }

    /// <summary>
    /// The touches ahead until the next that faults, or as many as are looked at this time: twice as many whenever nothing changed since
    /// the last.
    /// </summary>
    private int Search(int thread, int i)
    {
        int most = searchAhead[i];
        ReadOnlySpan<Pte> ptes = spaces.Ptes(0);
        long flushedTo = shootdown.FlushedTo(processors.CpuOf(thread));
        for (int ahead = 0; ahead < most; ahead++)
        {
            int page = TouchOrder.Page(start[i], touch[i] + ahead, touched);
            if (ptes[page].Present) continue;
            if (flushedTo < unmappedIn[page] && InTlb(i, touch[i] + ahead, page)) continue;
            faultsOn[i] = page;
            return ahead;
        }
        return most;
    }

    private bool InTlb(int i, long at, int page)
    {
        long back = Math.Min(reach, at - emptySince[i]);
        for (long touched = at - 1; touched >= at - back; touched--)
        {
            if (TouchOrder.Page(start[i], touched, this.touched) == page) return true;
        }
        return false;
    }
}
