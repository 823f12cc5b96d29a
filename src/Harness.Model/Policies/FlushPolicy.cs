namespace Harness.Model;

/// <summary>What the kernel does about the translations of mappings it has cleared: at once, in batches, or lazily.</summary>
/// <remarks>
/// A path that unmaps asks <see cref="Defers"/> for every mapping and reports those put off with <see cref="Pend"/>; after a folio's last
/// mapping <see cref="FolioUnmapped"/> says whether its flush may wait beyond the path's own. A policy may need steps of its own (a lock, a
/// flush): while it is <see cref="Busy"/> for a task, the kernel steps the policy before the path goes on.
/// </remarks>
internal abstract class FlushPolicy
{
    private protected FlushPolicy(Kernel kernel, int batches)
    {
        Kernel = kernel;
        Batches = new Batches(kernel.State, batches, kernel.Shootdown.Cpus);
    }

    private protected Kernel Kernel { get; }

    private protected Batches Batches { get; }

    internal static FlushPolicy Of(Kernel kernel) => kernel.Profile.Policy switch
    {
        PolicyKind.Immediate => new ImmediateFlush(kernel),
        PolicyKind.Batched => new BatchedFlush(kernel),
        PolicyKind.Luf => new LufFlush(kernel, kernel.Profile.Luf),
        PolicyKind.Migrc => new MigrcFlush(kernel, kernel.Profile.Migrc),
        _ => throw new ArgumentOutOfRangeException(nameof(kernel)),
    };

    /// <summary>
    /// should_defer_flush: whether the flush of a PTE that this path clears joins the task's batch. It pays only where another CPU would
    /// have to be interrupted.
    /// </summary>
    internal virtual bool Defers(int task, int mm) => Kernel.Shootdown.AnyOtherInMask(mm, Kernel.CpuOf(task));

    /// <summary>set_tlb_ubc_flush_pending: a cleared PTE joins the task's batch, unless no CPU can hold its translation.</summary>
    internal void Pend(int task, int mm, int page, Pte cleared)
    {
        if (Kernel.Profile.SkipsInaccessible && !Kernel.Accessible(mm, cleared)) return;
        Kernel.Shootdown.Advance(mm);
        Batches.Add(BatchFor(task, cleared), Kernel.Shootdown.Mask(mm));
        Kernel.Pending.Add(mm);
        Kernel.Oracle?.Open(task, mm, page);
    }

    /// <summary>A mapping of the folio in hand is cleared with a flush of its own, which does not join the batch.</summary>
    internal virtual void ClearedAtOnce(int task, Pte cleared)
    {
    }

    /// <summary>The folio in hand has lost its mappings but cannot be freed: it has no frame to wait with for a flush.</summary>
    internal virtual void FolioStays(int task)
    {
    }

    /// <summary>The reverse-map walk over a folio is over.</summary>
    /// <returns>True when its flush may wait beyond that of the path.</returns>
    internal virtual bool FolioUnmapped(int task, int folio) => false;

    /// <summary>The path unmaps another folio: to free it, or for a migration.</summary>
    internal virtual void FolioBegins(int task, int folio, MigrateReason? reason)
    {
    }

    /// <summary>try_to_unmap_flush: begins the flush of what the task has cleared, if any is due.</summary>
    internal virtual void BeginFlush(int task)
    {
        if (!Batches.Required(Normal(task))) return;
        Kernel.Flushes.BeginBatch(task, Batches.Mask(Normal(task)), FlushPurpose.Ordinary);
        Batches.Clear(Normal(task));
    }

    /// <summary>Begins to hand the folios whose flush may wait over to the policy; <see cref="Tag"/> says how that ended.</summary>
    internal virtual void BeginDefer(int task)
    {
    }

    /// <summary>A migrate_pages call is over.</summary>
    internal virtual void CallEnds(int task)
    {
    }

    /// <summary>
    /// The tag under which the task's latest folios wait for their flush; 0 when they do not, so that the path must flush.
    /// </summary>
    internal virtual uint Tag(int task) => 0;

    /// <summary>A flush is over.</summary>
    internal virtual void Flushed(int task, FlushPurpose why, ReadOnlySpan<ulong> cpus)
    {
        if (why == FlushPurpose.Ordinary) Kernel.Oracle?.Close(task, lazyOnly: false);
    }

    /// <summary>Frames with that tag leave the allocator: prep_new_page.</summary>
    internal virtual void Taken(int task, uint tag)
    {
    }

    /// <summary>Something that a translation put off could contradict is about to happen.</summary>
    /// <param name="task">The task that does it.</param>
    /// <param name="what">What.</param>
    /// <param name="folio">The folio it happens to, or −1.</param>
    internal virtual void Triggered(int task, FlushTrigger what, int folio)
    {
    }

    /// <summary>A folio whose flush is to wait moves to its target, which nobody can use yet.</summary>
    internal virtual void Moving(int target)
    {
    }

    /// <summary>The folio's source is not freed after a migration but kept until its flush.</summary>
    /// <returns>True when the policy has taken it.</returns>
    internal virtual bool Keep(int task, int source) => false;

    /// <summary>The migration of a folio whose flush was to wait has failed: it stays where it is.</summary>
    internal virtual void Undo(int source)
    {
    }

    /// <summary>The allocator has nothing above its watermark.</summary>
    /// <returns>True when the policy begins steps that free frames, after which the allocator shall look again.</returns>
    internal virtual bool Relieve(int task) => false;

    /// <summary>The allocation that needed <see cref="Relieve"/> has ended.</summary>
    internal virtual void Relieved(int task)
    {
    }

    /// <summary>A CPU has flushed all of its loaded address space.</summary>
    internal virtual void FullyFlushed(int cpu)
    {
    }

    /// <summary>True when the allocator must not hand tagged frames to a task that cannot send interrupts.</summary>
    internal virtual bool Refuses(int task, uint tag) => false;

    /// <summary>True while the policy has steps of its own to do for the task.</summary>
    internal virtual bool Busy(int task) => false;

    /// <summary>The next of those steps.</summary>
    internal virtual Pause Step(int task) => throw new InvalidOperationException("this policy has no steps of its own");

    /// <summary>Whether what the task waits for in the policy has come.</summary>
    internal virtual bool Ready(int task) => true;

    /// <summary>True while mappings wait for a flush that no task is bound to make.</summary>
    internal virtual bool Pending => false;

    /// <summary>Frames that wait for their flush and are neither in use nor free.</summary>
    internal virtual bool Holds(int frame) => false;

    private protected virtual int BatchFor(int task, Pte cleared) => Normal(task);

    private protected static int Normal(int task) => task;
}

/// <summary>ptep_clear_flush for every PTE.</summary>
internal sealed class ImmediateFlush(Kernel kernel) : FlushPolicy(kernel, kernel.Tasks)
{
    internal override bool Defers(int task, int mm) => false;
}

/// <summary>TTU_BATCH_FLUSH.</summary>
internal sealed class BatchedFlush(Kernel kernel) : FlushPolicy(kernel, kernel.Tasks);
