using System.Runtime.CompilerServices;

namespace Harness.Model;

/// <summary>
/// The folios that tasks of a recording unmap, and the PTEs that they clear of them. Policies hear of each PTE when it is known how it was
/// cleared, and of a folio when the task turns to something else.
/// </summary>
internal sealed class ReplayedUnmaps(ReplayScene scene, BatchedReplay recorded, PolicyReplay[] policies)
{
    // most mappings that a call's flush serves where the recorded kernel moved one page at a time (published: HPAGE_PMD_NR since 6.3)
    private const int MostOfCall = 512;

    private readonly CpuMasks singles = new(new StateArrays(), ReplayTasks.Most, scene.Cpus.Count);
    private readonly bool movesOneByOne = !scene.Setup.Kernel.BatchesMigration;
    private long qualifying;
    private long writable;
    private long largeFolio;
    private long notDeferred;
    private long inaccessible;

    internal UnmappedPtes Counts => new()
    {
        Qualifying = qualifying, Writable = writable, LargeFolio = largeFolio, NotDeferred = notDeferred, Inaccessible = inaccessible,
    };

    /// <summary>The present task cleared a PTE whose flush joins its batch.</summary>
    internal void Deferred(ref ReplayTask task, in ClearedPte pte, ReadOnlySpan<ulong> cpus)
    {
        Cleared(ref task, in pte, deferred: true);
        task.DirtyPending |= pte.Dirty && pte.Present;
        foreach (PolicyReplay policy in policies) policy.Deferred(in pte, cpus);
    }

    /// <summary>
    /// It cleared one with a flush of its own. Policies that batch put that off if it was for a migration, where the recorded kernel would
    /// not and another CPU runs the address space; whether it was, the next event says.
    /// </summary>
    internal void AtOnce(ref ReplayTask task, in ClearedPte pte, ReadOnlySpan<ulong> cpus)
    {
        if (pte.Present) recorded.ClearedAtOnce(in pte, scene.Cpu, cpus);
        task.Single = pte;
        task.SingleCpu = scene.Cpu;
        cpus.CopyTo(singles[scene.Task]);
        if (!pte.Present || !movesOneByOne || !CpuMasks.AnyBut(cpus, scene.Cpu)) SettleAsOwn(ref task);
    }

    /// <summary>A migration entry took the place of a PTE of the task's.</summary>
    internal void Migrated(ref ReplayTask task, long frame)
    {
        if (task.SingleCpu < 0) return;
        if (task.Single.Frame != frame)
        {
            SettleAsOwn(ref task);
            return;
        }
        task.SingleCpu = -1;
        Cleared(ref task, in task.Single, deferred: true);
        foreach (PolicyReplay policy in policies)
        {
            if (policy != recorded) policy.Deferred(in task.Single, singles[scene.Task]);
        }
        if (++task.Moving >= MostOfCall) FlushMoved(ref task);
    }

    /// <summary>The PTE that the task cleared last was no migration's, if that is not known yet.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Settle(ref ReplayTask task)
    {
        if (task.SingleCpu >= 0) SettleAsOwn(ref task);
    }

    /// <summary>The task turns from the folio in hand to something else.</summary>
    internal void EndFolio(ref ReplayTask task)
    {
        if (task.Folio < 0) return;
        int ptes = task.Deferred + task.Undeferred;
        if (task.Order > 0)
        {
            largeFolio += ptes;
        }
        else if (task.Writable || (task.Deferred == 0 && task.UndeferredWritable))
        {
            writable += ptes;
        }
        else
        {
            qualifying += task.Deferred;
            notDeferred += task.Undeferred;
        }
        foreach (PolicyReplay policy in policies) policy.FolioUnmapped(ref task);
        task.Folio = ReplayTask.NoFrame;
        task.Deferred = task.Undeferred = 0;
        task.Writable = task.Dirty = task.UndeferredWritable = false;
    }

    /// <summary>What the task has cleared is to be flushed.</summary>
    internal void Flush(ref ReplayTask task)
    {
        EndFolio(ref task);
        task.Large = task.Written = ReplayTask.NoFrame;
        task.Moving = 0;
        task.DirtyPending = false;
        foreach (PolicyReplay policy in policies) policy.FlushAsked();
    }

    /// <summary>The task's migrate_pages call is over: what was moved one by one is flushed by the policies that put it off.</summary>
    internal void CallEnds(ref ReplayTask task)
    {
        if (movesOneByOne) FlushMoved(ref task);
        else EndFolio(ref task);
    }

    private void FlushMoved(ref ReplayTask task)
    {
        EndFolio(ref task);
        task.Moving = 0;
        foreach (PolicyReplay policy in policies)
        {
            if (policy != recorded) policy.FlushAsked();
        }
    }

    private void SettleAsOwn(ref ReplayTask task)
    {
        Cleared(ref task, in task.Single, deferred: false);
        foreach (PolicyReplay policy in policies)
        {
            if (policy != recorded && task.Single.Present) policy.ClearedAtOnce(in task.Single, task.SingleCpu, singles[scene.Task]);
        }
        task.SingleCpu = -1;
    }

    /// <summary>A PTE of a folio was cleared: of the folio in hand, or of another, with which the one in hand ends.</summary>
    private void Cleared(ref ReplayTask task, in ClearedPte pte, bool deferred)
    {
        bool large = task.Large >= 0 && (ulong)(pte.Frame - task.Large) < 1UL << task.LargeOrder;
        long folio = large ? task.Large : pte.Frame;
        if (task.Folio != folio)
        {
            EndFolio(ref task);
            task.Folio = folio;
            task.Order = large ? task.LargeOrder : 0;
            task.FolioTarget = task.Target;
        }
        if (!pte.Present)
        {
            inaccessible++;
        }
        else if (deferred)
        {
            task.Deferred++;
            task.Writable |= pte.Writable;
            task.Dirty |= pte.Dirty;
        }
        else
        {
            task.Undeferred++;
            task.UndeferredWritable |= pte.Writable;
        }
    }
}
