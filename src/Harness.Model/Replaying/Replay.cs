using System.Runtime.CompilerServices;

namespace Harness.Model;

/// <summary>
/// The events of a run that was recorded on a real kernel, under other flush policies: each event is told once, in the order of time, and
/// every policy asked for makes of it what it would have made. The run itself does not change: what is unmapped, freed and allocated, and
/// when, is as recorded. No sequence of events is refused.
/// </summary>
public sealed class Replay
{
    /// <summary>The recorded kernel's own policy.</summary>
    public const string Stock = "stock";

    private static readonly Profile Batched = Profile.Parse("6.12");

    private readonly ReplayScene scene;
    private readonly BatchedReplay recorded;
    private readonly PolicyReplay[] policies;
    private readonly PolicyReplay[] asked;
    private readonly ReplayCpus cpus;
    private readonly ReplayTasks tasks;
    private readonly ReplayedUnmaps unmaps;
    private readonly ulong[] set;
    private readonly Action<int> forget;
    private long rangeInterrupts;

    /// <summary>The policies, with what each is, in the order in which they are best shown.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Policies { get; } =
    [
        new(Stock, "the recorded kernel's own: its batch and single flushes"),
        new("batched", "the same with migration flushed once a call, as since Linux 6.3"),
        new("luf", "lazy unmap flush (LUF), version 10 as its text means it"),
        new("luf-as-posted", "the same with the tag lost when a page reaches the buddy lists"),
        new("migrc", "MIGRC, version 3: a demoted page's old frame is kept until a flush is forced"),
    ];

    /// <summary>A replay at its beginning.</summary>
    /// <param name="setup">The recorded run.</param>
    /// <param name="names">The policies, some of <see cref="Policies"/>.</param>
    /// <exception cref="ArgumentException">No such policy; or a machine that cannot be, or is too large.</exception>
    public Replay(ReplaySetup setup, IReadOnlyList<string> names)
        : this(setup, names, profile => profile)
    {
    }

    /// <summary>The same with the rules of the lazy policies changed.</summary>
    internal Replay(ReplaySetup setup, IReadOnlyList<string> names, Func<Profile, Profile> change)
    {
        if (setup.CpuWords is < 1 or > 16) throw new ArgumentException($"sets of CPUs of {setup.CpuWords} words; a replay takes 1 to 16");
        scene = new ReplayScene(setup);
        cpus = scene.Cpus;
        tasks = scene.Tasks;
        set = new ulong[setup.CpuWords];
        forget = Forget;
        recorded = new BatchedReplay(scene, 0, Stock, setup.Kernel, check: true);
        asked = [.. names.Select((name, i) => name == recorded.Name ? recorded : Of(name, i + 1, change))];
        policies = [recorded, .. asked.Where(policy => policy != recorded)];
        unmaps = new ReplayedUnmaps(scene, recorded, policies);
    }

    /// <summary>What was unmapped so far.</summary>
    public UnmappedPtes Unmapped => unmaps.Counts;

    /// <summary>Batch flushes of the recorded kernel, replayed.</summary>
    public long BatchFlushes => recorded.BatchFlushes;

    /// <summary>Batch flushes that it made of other CPUs than the replay did.</summary>
    public long DifferentCpus => recorded.Different;

    /// <summary>Interrupts of its batch flushes and of all that it flushed of one address space, replayed.</summary>
    public long Interrupts => recorded.Interrupts - recorded.SingleInterrupts + rangeInterrupts;

    /// <summary>What each policy made of the recording, in the order asked for. The recording is over.</summary>
    public IReadOnlyList<ReplayedCounts> Finish()
    {
        for (int task = 1; task < ReplayTasks.Most; task++)
        {
            if (tasks[task].Key == 0) continue;
            scene.Task = task;
            unmaps.Settle(ref tasks[task]);
            unmaps.EndFolio(ref tasks[task]);
        }
        return [.. asked.Select(policy => policy.Counts())];
    }

    /// <summary>Begins to fetch what an event about this frame will touch: worth it some events ahead.</summary>
    public void Prefetch(long frame)
    {
        int index = scene.Frames.IndexOf(frame);
        foreach (PolicyReplay policy in policies) policy.Prefetch(index);
    }

    /// <summary>set_tlb_ubc_flush_pending: a PTE was cleared whose flush joins the task's batch.</summary>
    public void UnmapDeferred(in Moment at, in ClearedPte pte, ReadOnlySpan<ulong> cpus)
    {
        ref ReplayTask task = ref Unmaps(at);
        unmaps.Deferred(ref task, in pte, Whole(cpus));
    }

    /// <summary>
    /// ptep_clear_flush: a PTE was cleared with a flush of its own. That of a page being copied for a write is no unmap of reclaim or
    /// migration. Where the recorded kernel moves pages one by one, policies that batch put its flush off if the task's next event says
    /// that it was for a migration.
    /// </summary>
    public void ClearFlush(in Moment at, in ClearedPte pte, ReadOnlySpan<ulong> cpus)
    {
        ref ReplayTask task = ref Unmaps(at);
        if (task.Written == pte.Frame)
        {
            task.Written = ReplayTask.NoFrame;
            return;
        }
        unmaps.AtOnce(ref task, in pte, Whole(cpus));
    }

    /// <summary>migrate:set_migration_pte: a migration entry took the place of the PTE just cleared.</summary>
    public void MigrationEntry(in Moment at, long frame)
    {
        Begin(at);
        unmaps.Migrated(ref tasks[scene.Task], frame);
    }

    /// <summary>try_to_unmap or try_to_migrate of a folio of several pages begins.</summary>
    public void FolioBegins(in Moment at, long frame, int order)
    {
        ref ReplayTask task = ref Unmaps(at);
        unmaps.EndFolio(ref task);
        task.Large = (uint)order <= Zones.MaxOrder ? frame : ReplayTask.NoFrame;
        task.LargeOrder = order;
    }

    /// <summary>try_to_unmap_flush.</summary>
    /// <param name="at">When and where.</param>
    /// <param name="onlyDirty">try_to_unmap_flush_dirty: nothing is flushed unless one of the PTEs was dirty.</param>
    public void UnmapFlush(in Moment at, bool onlyDirty)
    {
        Begin(at);
        ref ReplayTask task = ref tasks[scene.Task];
        unmaps.Settle(ref task);
        if (scene.Task == 0 || (onlyDirty && !task.DirtyPending)) return;
        unmaps.Flush(ref task);
        task.AskedToFlush = true;
    }

    /// <summary>arch_tlbbatch_flush: the recorded kernel flushed the task's batch.</summary>
    public void BatchFlush(in Moment at, ReadOnlySpan<ulong> cpus)
    {
        Look(at);
        ref ReplayTask task = ref Kept(at);
        // not heard of before where the compiler made the caller part of another function
        if (!task.AskedToFlush)
        {
            unmaps.Settle(ref task);
            unmaps.Flush(ref task);
        }
        task.AskedToFlush = false;
        recorded.Compare(Whole(cpus));
    }

    /// <summary>flush_tlb_mm_range.</summary>
    /// <param name="at">When and where.</param>
    /// <param name="mm">The address space.</param>
    /// <param name="pages">Pages; −1 for all.</param>
    /// <param name="freedTables">Page tables were freed, so that lazy CPUs are interrupted too.</param>
    /// <param name="cpus">Its CPUs.</param>
    public void RangeFlush(in Moment at, ulong mm, long pages, bool freedTables, ReadOnlySpan<ulong> cpus)
    {
        Look(at);
        ReadOnlySpan<ulong> mask = Whole(cpus);
        bool all = pages is < 0 or > Shootdown.PageCeiling;
        rangeInterrupts += this.cpus.Interrupted(mask, scene.Cpu, mm, freedTables);
        foreach (PolicyReplay policy in policies) policy.RangeFlushed(all, mask);
    }

    /// <summary>kmem:mm_page_free.</summary>
    public void Free(in Moment at, long frame, int order)
    {
        Begin(at);
        ref ReplayTask task = ref tasks[scene.Task];
        unmaps.Settle(ref task);
        if (task.Folio == frame) unmaps.EndFolio(ref task);
        int index = scene.Frames.IndexOf(frame, order);
        if (index < 0) return;
        foreach (PolicyReplay policy in policies) policy.Freed(index, order);
    }

    /// <summary>kmem:mm_page_alloc.</summary>
    public void Allocate(in Moment at, long frame, int order)
    {
        int index = scene.Frames.IndexOf(frame, order);
        ref ReplayTask task = ref Task(at);
        if (task.Reason >= 0) task.Target = frame;
        if (index < 0) return;
        foreach (PolicyReplay policy in policies) policy.Allocated(index, order);
    }

    /// <summary>kmem:mm_page_pcpu_drain: from a per-CPU list to the buddy lists.</summary>
    public void Drain(in Moment at, long frame, int order)
    {
        Begin(at);
        int index = scene.Frames.IndexOf(frame, order);
        if (index < 0) return;
        foreach (PolicyReplay policy in policies) policy.Drained(index, order);
    }

    /// <summary>kmem:mm_page_alloc_zone_locked: off the buddy lists.</summary>
    public void Refill(in Moment at, long frame, int order)
    {
        int index = scene.Frames.IndexOf(frame, order);
        Task(at);
        if (index < 0) return;
        foreach (PolicyReplay policy in policies) policy.Refilled(index, order);
    }

    /// <summary>do_wp_page: a write to a page mapped read-only.</summary>
    public void WriteFault(in Moment at, long frame)
    {
        ref ReplayTask task = ref Task(at);
        unmaps.Settle(ref task);
        task.Written = frame;
        int index = scene.Frames.IndexOf(frame);
        foreach (PolicyReplay policy in policies) policy.Triggered(FlushTrigger.WriteFault, index);
    }

    /// <summary>do_mmap with PROT_WRITE.</summary>
    public void WritableMap(in Moment at)
    {
        Task(at);
        foreach (PolicyReplay policy in policies) policy.Triggered(FlushTrigger.WritableMap, -1);
    }

    /// <summary>enter_lazy_tlb.</summary>
    public void EnterLazy(in Moment at)
    {
        Begin(at);
        cpus.EnterLazy(scene.Cpu);
    }

    /// <summary>switch_mm_irqs_off: the CPU loads an address space.</summary>
    public void LoadMm(in Moment at, ulong mm)
    {
        Begin(at);
        cpus.Load(scene.Cpu, mm);
    }

    /// <summary>migrate:mm_migrate_pages_start, with the kernel's migrate_reason.</summary>
    public void MigrateBegins(in Moment at, long reason)
    {
        ref ReplayTask task = ref Unmaps(at);
        unmaps.EndFolio(ref task);
        task.Large = task.Written = task.Target = ReplayTask.NoFrame;
        task.Reason = Math.Max(reason, 0);
        task.Moving = 0;
    }

    /// <summary>migrate:mm_migrate_pages: the call is over.</summary>
    public void MigrateEnds(in Moment at)
    {
        ref ReplayTask task = ref Unmaps(at);
        unmaps.CallEnds(ref task);
        task.Large = task.Target = ReplayTask.NoFrame;
        task.Reason = -1;
    }

    /// <summary>An allocation found a node's memory short.</summary>
    /// <param name="at">When and where.</param>
    /// <param name="node">The node, −1 when unknown.</param>
    public void Pressure(in Moment at, long node)
    {
        Task(at);
        foreach (PolicyReplay policy in policies) policy.Pressure((int)Math.Clamp(node, -1, int.MaxValue));
    }

    private PolicyReplay Of(string name, int number, Func<Profile, Profile> change) => name switch
    {
        "batched" => new BatchedReplay(scene, number, name, scene.Setup.Kernel with { BatchPages = Batched.BatchPages }, check: false),
        "luf" => new LufReplay(scene, number, name, change(Profile.Parse("6.12+luf"))),
        "luf-as-posted" => new LufReplay(scene, number, name, change(Profile.Parse("6.12+luf-as-posted"))),
        "migrc" => new MigrcReplay(scene, number, name, change(Profile.Parse("6.12+migrc"))),
        _ => throw new ArgumentException($"no policy '{name}'; there are {string.Join(", ", Policies.Select(policy => policy.Key))}"),
    };

    /// <summary>An event: when and where, and by which task, if it is kept.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Look(in Moment at)
    {
        scene.Now = Math.Max(at.TimeNs - scene.Setup.StartNs, 0);
        scene.Cpu = (uint)at.Cpu < (uint)cpus.Count ? at.Cpu : 0;
        scene.Task = tasks.Find(at.Pid, scene.Cpu);
    }

    /// <summary>An event that comes after the task's flush, if it made one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Begin(in Moment at)
    {
        Look(at);
        ref ReplayTask task = ref tasks[scene.Task];
        task.AskedToFlush = false;
        if (task.Flushing != 0) FlushEnds(ref task);
    }

    /// <summary>An event of a task that is kept from here on.</summary>
    private ref ReplayTask Task(in Moment at)
    {
        Begin(at);
        return ref Kept(at);
    }

    private ref ReplayTask Kept(in Moment at)
    {
        if (scene.Task == 0) scene.Task = tasks.Add(at.Pid, scene.Cpu, forget);
        return ref tasks[scene.Task];
    }

    /// <summary>An event of a task that unmaps: what it cleared last was no migration's.</summary>
    private ref ReplayTask Unmaps(in Moment at)
    {
        ref ReplayTask task = ref Task(at);
        unmaps.Settle(ref task);
        return ref task;
    }

    private void FlushEnds(ref ReplayTask task)
    {
        foreach (PolicyReplay policy in policies) policy.FlushEnds(task.Flushing);
        task.Flushing = 0;
    }

    private void Forget(int number)
    {
        scene.Task = number;
        ref ReplayTask task = ref tasks[number];
        FlushEnds(ref task);
        unmaps.Settle(ref task);
        unmaps.EndFolio(ref task);
        foreach (PolicyReplay policy in policies) policy.Forget();
    }

    /// <summary>A set of CPUs of as many words as there are.</summary>
    private ReadOnlySpan<ulong> Whole(ReadOnlySpan<ulong> mask)
    {
        if (mask.Length == set.Length) return mask;
        set.AsSpan().Clear();
        mask[..Math.Min(mask.Length, set.Length)].CopyTo(set);
        return set;
    }
}
