using System.Runtime.CompilerServices;

namespace Harness.Model;

/// <summary>What is known of a task of a recording.</summary>
internal struct ReplayTask
{
    /// <summary>No frame.</summary>
    internal const long NoFrame = -1;

    /// <summary>Where its number is looked up.</summary>
    internal int Key;

    /// <summary>The policies, a bit each, whose flush it makes: until its next event.</summary>
    internal uint Flushing;

    /// <summary>The flush of what it had cleared was asked for by its latest event.</summary>
    internal bool AskedToFlush;

    /// <summary>One of the PTEs was dirty whose flush has joined its batch since the last flush.</summary>
    internal bool DirtyPending;

    /// <summary>The first frame of the folio in hand, whose mappings it clears one after the other.</summary>
    internal long Folio;

    /// <summary>The order of the folio in hand.</summary>
    internal int Order;

    /// <summary>Accessible PTEs of the folio in hand whose flush was put off.</summary>
    internal int Deferred;

    /// <summary>Accessible PTEs of it that were cleared with a flush of their own.</summary>
    internal int Undeferred;

    /// <summary>One of the deferred was writable.</summary>
    internal bool Writable;

    /// <summary>One of them was dirty.</summary>
    internal bool Dirty;

    /// <summary>One of the others was writable.</summary>
    internal bool UndeferredWritable;

    /// <summary>The first frame of the large folio that it began to unmap.</summary>
    internal long Large;

    /// <summary>That folio's order.</summary>
    internal int LargeOrder;

    /// <summary>The frame of its latest write fault, which may be copied and then unmapped.</summary>
    internal long Written;

    /// <summary>
    /// The PTE that it cleared last with a flush of its own, if that may turn out to be a migration's, and the CPU.
    /// </summary>
    internal ClearedPte Single;

    /// <summary>The CPU it cleared it on; -1 when there is none.</summary>
    internal int SingleCpu;

    /// <summary>migrate_reason of the migrate_pages call that it is in; -1 outside.</summary>
    internal long Reason;

    /// <summary>Mappings it has cleared in the call since the last flush.</summary>
    internal int Moving;

    /// <summary>The frame that it allocated last in the call: where the folio goes that it unmaps next.</summary>
    internal long Target;

    /// <summary>Where the folio in hand goes.</summary>
    internal long FolioTarget;

    /// <summary>A task of which nothing is known.</summary>
    internal ReplayTask(int key)
    {
        Key = key;
        Folio = Large = Written = Target = FolioTarget = NoFrame;
        SingleCpu = -1;
        Reason = -1;
    }
}

/// <summary>
/// The tasks of a recording that unmap, by number: memory does not grow with them. Once there are more, the first are forgotten.
/// </summary>
internal sealed class ReplayTasks
{
    /// <summary>
    /// Tasks kept, 0 for none among them (assumed: more than unmap in any recording, the default pid_max of small machines).
    /// </summary>
    internal const int Most = 1 << 15;

    // published: PID_MAX_LIMIT of 64-bit kernels
    private const int Pids = 1 << 22;

    // idle tasks share the number 0 and are told apart by their CPU
    private readonly int[] slots;
    private readonly ReplayTask[] tasks = new ReplayTask[Most];
    private int latest;

    internal ReplayTasks(int cpus)
    {
        slots = new int[Pids + cpus];
        tasks[0] = new ReplayTask(0);
    }

    internal ref ReplayTask this[int task] => ref tasks[task];

    /// <summary>The task's number here; 0 when nothing is known of it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Find(int pid, int cpu) => slots[Key(pid, cpu)];

    /// <summary>A number for a task that has none.</summary>
    /// <param name="pid">The task.</param>
    /// <param name="cpu">Its CPU.</param>
    /// <param name="forget">Is called before the number of another task is reused.</param>
    internal int Add(int pid, int cpu, Action<int> forget)
    {
        latest = latest % (Most - 1) + 1;
        if (tasks[latest].Key > 0)
        {
            forget(latest);
            slots[tasks[latest].Key - 1] = 0;
        }
        int key = Key(pid, cpu);
        slots[key] = latest;
        tasks[latest] = new ReplayTask(key + 1);
        return latest;
    }

    private static int Key(int pid, int cpu) => pid == 0 ? Pids + cpu : pid & Pids - 1;
}
