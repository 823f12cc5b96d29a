namespace Harness.Model;

/// <summary>
/// The main thread inside migrate_pages(2), call after call. A call drains the LRU caches of all CPUs, collects the pages, and takes them
/// in chunks of the profile's batch size: unmap each (flushing at once or deferring), flush what was deferred, then copy, map and wake for
/// each. Nothing else holds references to these folios, so that no pass leaves any behind for another.
/// </summary>
internal sealed class MigratingThread
{
    /// <summary>Pages collected between two looks at the scheduler: one page table's worth.</summary>
    private const int CollectStep = 512;

    /// <summary>What comes next, once the work before it is done.</summary>
    private enum Stage : byte
    {
        Enter, Drain, Collect, Chunk, Allocate, Unmap, Clear, Deliver, FlushOwn, Flushed, SetEntry, Copy, Remap, Unlock, Done,
    }

    private readonly int thread;
    private readonly int rounds;
    private readonly Profile profile;
    private readonly FlushPolicy policy;
    private readonly Costs costs;
    private readonly Processors processors;
    private readonly Shootdown shootdown;
    private readonly Oracle oracle;
    private readonly PageStates pages;
    private readonly TouchingThreads touching;
    private Stage stage;
    private int round;
    private int collected;
    private int chunkStart;
    private int chunkEnd;
    private int page;
    private int draining;
    private int unacknowledged;
    private long flushGeneration;
    private bool pending;
    private bool batchFlush;

    internal MigratingThread(
        int thread, int rounds, Costs costs, Profile profile, Processors processors, Shootdown shootdown, PageStates pages,
        TouchingThreads touching)
    {
        this.thread = thread;
        this.rounds = rounds;
        this.costs = costs;
        this.profile = profile;
        this.processors = processors;
        this.shootdown = shootdown;
        this.pages = pages;
        this.touching = touching;
        policy = FlushPolicy.Of(profile);
        oracle = processors.Oracle;
    }

    /// <summary>The last call returned: the window is over.</summary>
    internal bool Done => stage == Stage.Done;

    /// <summary>Pages moved so far.</summary>
    internal long Migrated { get; private set; }

    /// <summary>Goes on until the next piece of work that takes time.</summary>
    internal void Step()
    {
        while (Next() is { } next) stage = next;
    }

    /// <summary>A kernel worker has its CPU: drains, and tells the caller of migrate_pages when all are done.</summary>
    internal void StepWorker(int worker, bool drained)
    {
        if (!drained)
        {
            processors.Work(worker, costs.Drain.Ns, Component.Prepare);
            return;
        }
        if (--draining == 0) processors.Wake(thread);
        processors.Sleep(worker);
    }

    /// <summary>A CPU runs the flush that was sent to it.</summary>
    internal void Acknowledged(int cpu)
    {
        shootdown.Receive(cpu, batchFlush, flushGeneration);
        touching.Flushed(cpu);
        unacknowledged--;
        if (unacknowledged == 0 && stage == Stage.Flushed) processors.EndSpin(thread);
    }

    /// <summary>One transition: the stage to go on with at once, or null when work was started.</summary>
    private Stage? Next() => stage switch
    {
        Stage.Enter => round == rounds ? Finish() : Work(costs.Enter.Ns, Component.Prepare, Stage.Drain),
        Stage.Drain => Drain(),
        Stage.Collect => Collect(),
        Stage.Chunk => Chunk(),
        Stage.Allocate => page == chunkEnd ? EndUnmapping() : GaveWay() ? null : Work(costs.Allocate.Ns, Component.Allocate, Stage.Unmap),
        Stage.Unmap => Work(costs.Unmap.Ns, Component.Unmap, Stage.Clear),
        Stage.Clear => Clear(),
        Stage.Deliver => Deliver(),
        Stage.FlushOwn => FlushOwn(),
        Stage.Flushed => Flushed(),
        Stage.SetEntry => SetEntry(),
        Stage.Copy => page == chunkEnd ? EndMoving() : GaveWay() ? null : Copy(),
        Stage.Remap => Work(costs.Remap.Ns, Component.Remap, Stage.Unlock),
        Stage.Unlock => Unlock(),
        _ => null,
    };

    private Stage? Drain()
    {
        draining = processors.Cpus;
        collected = 0;
        stage = Stage.Collect;
        for (int cpu = 0; cpu < processors.Cpus; cpu++) processors.Wake(processors.KernelThread(cpu));
        processors.Sleep(thread);
        return null;
    }

    private Stage? Collect()
    {
        if (GaveWay()) return null;
        int step = Math.Min(CollectStep, pages.Count - collected);
        collected += step;
        chunkEnd = 0;
        return Work(step * costs.Isolate.Ns, Component.Isolate, collected == pages.Count ? Stage.Chunk : Stage.Collect);
    }

    private Stage? Chunk()
    {
        if (chunkEnd == pages.Count)
        {
            round++;
            return Stage.Enter;
        }
        chunkStart = page = chunkEnd;
        chunkEnd = Math.Min(chunkStart + profile.BatchPages, pages.Count);
        return Stage.Allocate;
    }

    private Stage? Clear()
    {
        flushGeneration = shootdown.Advance();
        pending = policy.Defers(shootdown, processors.CpuOf(thread));
        pages.Unmap(page, flushGeneration, pending ? PageState.Entry : PageState.Clearing);
        touching.PageUnmapped();
        if (!pending) return Send(batch: false);
        page++;
        return Stage.Allocate;
    }

    /// <summary>All of the chunk is unmapped: flushes what was deferred, then moves from the chunk's first page.</summary>
    private Stage? EndUnmapping()
    {
        page = chunkStart;
        return pending && profile.FlushesBeforeCopy ? Send(batch: true) : Stage.Copy;
    }

    private Stage? EndMoving() => pending ? Send(batch: true) : Stage.Chunk;

    private Stage? Send(bool batch)
    {
        batchFlush = batch;
        shootdown.Send(processors.CpuOf(thread));
        return Work(shootdown.Targets.Length * costs.SendIpi.Ns, Component.Flush, Stage.Deliver);
    }

    private Stage? Deliver()
    {
        long handler = batchFlush ? costs.FlushAll.Ns : costs.FlushPage.Ns;
        unacknowledged = shootdown.Targets.Length;
        foreach (int cpu in shootdown.Targets) processors.Interrupt(cpu, handler);
        return Work(handler, Component.Flush, Stage.FlushOwn);
    }

    private Stage? FlushOwn()
    {
        int self = processors.CpuOf(thread);
        if (batchFlush) shootdown.FlushOwnBatch(self);
        else shootdown.FlushOwnPage(self);
        stage = Stage.Flushed;
        if (unacknowledged == 0) return Stage.Flushed;
        processors.Spin(thread, Component.Acknowledge);
        return null;
    }

    private Stage? Flushed()
    {
        if (!batchFlush) return Work(costs.SetEntry.Ns, Component.Unmap, Stage.SetEntry);
        pending = false;
        return page == chunkEnd ? Stage.Chunk : Stage.Copy;
    }

    private Stage? SetEntry()
    {
        pages.SetEntry(page);
        touching.LockReleased(page);
        page++;
        return Stage.Allocate;
    }

    private Stage? Copy()
    {
        oracle.Copies(pages.UnmappedIn(page));
        return Work(costs.Copy.Ns, Component.Copy, Stage.Remap);
    }

    private Stage? Unlock()
    {
        pages.Map(page);
        Migrated++;
        int woken = touching.Wake(page);
        page++;
        return Work(woken * costs.Wake.Ns, Component.Remap, Stage.Copy);
    }

    private Stage? Finish()
    {
        stage = Stage.Done;
        return null;
    }

    private bool GaveWay() => processors.GaveWay(thread);

    private Stage? Work(long ns, Component what, Stage then)
    {
        stage = then;
        processors.Work(thread, ns, what);
        return null;
    }
}
