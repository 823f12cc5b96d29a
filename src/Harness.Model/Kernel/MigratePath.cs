using System.Runtime.InteropServices;

namespace Harness.Model;

/// <summary>
/// migrate_pages over a range of an address space, or of a file. Since 6.3 the pages are taken in chunks of at most 512: all of a chunk are
/// unmapped (the flush deferred), flushed once, then moved. What could not be locked, or has a reference too many, is tried again in
/// further passes and, by synchronous callers, one folio at a time without deferring. Before 6.3, each folio is unmapped, flushed and moved
/// alone, and unmapped again for each try. With no memory left on the target the call ends once what it has unmapped is moved.
/// </summary>
internal sealed partial class MigratePath : CallPath
{
    /// <summary>Pages looked up between two looks at the scheduler: one page table's worth.</summary>
    private const int CollectStep = AddressSpaces.TablePages;

    private enum Stage : byte
    {
        Drain, Collect, Chunk, Next, Unmap, Unmapped, Hand, Flush, Move, Replace, Restore, Release, Leftover, Last, End,
    }

    private enum Fate : byte
    {
        /// <summary>Still to be unmapped.</summary>
        Todo,

        /// <summary>Migration entries stand for it.</summary>
        Unmapped,

        /// <summary>So they do, and its flush may wait.</summary>
        UnmappedLazily,

        /// <summary>It is over: moved, or failed.</summary>
        Over,
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Place
    {
        internal Stage Stage;
        internal bool Alone;
        internal bool Stopped;
        internal bool Kept;
        internal int Collected;
        internal int Count;
        internal int Pages;
        internal int At;
        internal int Pass;
        internal int Left;
        internal int Succeeded;
        internal int Failed;
        internal int HugeSucceeded;
        internal UnmapCursor Unmap;
        internal MappingCursor Entry;
    }

    private readonly Place[] places;
    private readonly int[] sources;
    private readonly int[] targets;
    private readonly Fate[] fates;
    private readonly int most;

    internal MigratePath(Kernel kernel)
        : base(kernel)
    {
        most = Math.Min(kernel.Profile.BatchPages, kernel.Frames.Count);
        places = kernel.State.Array<Place>(kernel.Tasks);
        sources = kernel.State.Array<int>(kernel.Tasks * most);
        targets = kernel.State.Array<int>(kernel.Tasks * most);
        fates = kernel.State.Array<Fate>(kernel.Tasks * most);
    }

    internal override void Begin(int task, in KernelCall call)
    {
    }

    internal override Pause Step(int task)
    {
        ref Place place = ref places[task];
        return place.Stage switch
        {
            Stage.Drain => Drain(task, ref place),
            Stage.Collect => Collect(task, ref place),
            Stage.Chunk => Chunk(task, ref place),
            Stage.Next => Next(task, ref place),
            Stage.Unmap => Unmap(task, ref place),
            Stage.Unmapped => Unmapped(task, ref place),
            Stage.Hand => Hand(task, ref place),
            Stage.Flush => Flush(task, ref place),
            Stage.Move => Move(task, ref place),
            Stage.Replace => Replace(task, ref place),
            Stage.Restore => Restore(task, ref place),
            Stage.Release => Release(task, ref place),
            Stage.Leftover => Leftover(ref place),
            Stage.Last => Last(task, ref place),
            _ => End(task, ref place),
        };
    }

    internal override bool Reschedules(int task) => places[task].Stage is Stage.Collect or Stage.Next or Stage.Move;

    private static bool IsSync(in KernelCall call) => (MigrateReason)call.D == MigrateReason.Syscall;

    private Pause Drain(int task, ref Place place)
    {
        place.Stage = Stage.Collect;
        if (!IsSync(Kernel.Call(task))) return Pause.At(Component.Prepare);
        Kernel.Watcher?.Draining(task);
        return Pause.Work(Kernel.Costs.Enter, Component.Prepare);
    }

    /// <summary>
    /// Isolates the folios: finds their pages and takes them off the LRU. What that costs is charged here; the list itself is read from
    /// the page tables again when a chunk is made, since nothing else takes these pages away meanwhile.
    /// </summary>
    private Pause Collect(int task, ref Place place)
    {
        int step = Math.Min(CollectStep, Kernel.Call(task).B - place.Collected);
        place.Collected += step;
        if (place.Collected == Kernel.Call(task).B)
        {
            place.Collected = 0;
            place.Stage = Stage.Chunk;
        }
        return Pause.Work(Kernel.Costs.Isolate, step, Component.Isolate);
    }

    private Pause Chunk(int task, ref Place place)
    {
        KernelCall call = Kernel.Call(task);
        place.Count = place.Pages = place.At = place.Pass = place.Left = 0;
        place.Alone = false;
        while (place.Collected < call.B && place.Pages < most && place.Count < most)
        {
            int frame = FrameAt(call, call.A + place.Collected++);
            if (frame < 0) continue;
            int folio = Kernel.Frames.Folio(frame);
            if (!Kernel.Frames.Has(folio, FolioFlags.Lru) || Kernel.Allocator.NodeOf(folio) == call.C) continue;
            Kernel.Frames.Clear(folio, FolioFlags.Lru);
            Kernel.Frames.References(folio)++;
            sources[task * most + place.Count++] = folio;
            place.Pages += 1 << Kernel.Frames.Order(folio);
        }
        place.Stage = place.Count == 0 ? Stage.Last : Stage.Next;
        return Pause.At(Component.Isolate);
    }

    private int FrameAt(in KernelCall call, int page)
    {
        if (call.Value < 0) return Kernel.Cache.Find((int)(-1 - call.Value), page);
        Pte pte = Kernel.Spaces.Pte((int)call.Value, page);
        return pte.Maps ? pte.Frame : -1;
    }

    /// <summary>Goes to the next folio of this pass that is not unmapped yet, with a target allocated and both locked.</summary>
    private Pause Next(int task, ref Place place)
    {
        KernelCall call = Kernel.Call(task);
        while (place.At < place.Count && fates[task * most + place.At] != Fate.Todo) place.At++;
        if (place.At == place.Count)
        {
            place.At = 0;
            bool again = place.Left > 0 && ++place.Pass < Passes(call, place);
            place.Left = 0;
            if (!again) place.Stage = Stage.Hand;
            return Pause.At(Component.Isolate);
        }
        int at = task * most + place.At;
        int source = sources[at];
        int order = Kernel.Frames.Order(source);
        if (targets[at] == 0)
        {
            int target = Kernel.Allocate(task, call.C, order, AllocationFlags.ThisNode | AllocationFlags.NoReclaim, out bool more);
            if (target < 0 && more) return Pause.At(Component.Allocate);
            if (target < 0)
            {
                // what comes after in the list was not tried, and does not count as failed
                place.Failed += (1 << order) + place.Left;
                place.Left = 0;
                place.Stopped = true;
                place.Stage = Stage.Hand;
                return Pause.At(Component.Allocate);
            }
            targets[at] = target + 1;
            return Pause.Work(Kernel.Costs.Allocate, Component.Allocate);
        }
        int taken = targets[at] - 1;
        if (Kernel.Frames.Use(taken) == FrameUse.Free)
        {
            Kernel.Frames.Assign(taken, Kernel.Frames.Use(source), Kernel.Frames.Owner(source), Kernel.Frames.Index(source));
        }
        if (!Kernel.TryLock(source))
        {
            if (place.Alone) return Kernel.Sleep(task, WaitKind.Folio, source);
            place.Left += 1 << order;
            place.At++;
            return Pause.At(Component.Isolate);
        }
        Kernel.Frames.Set(taken, FolioFlags.Locked);
        Kernel.Policy.FolioBegins(task, source, (MigrateReason)call.D);
        place.Stage = Stage.Unmap;
        return Pause.At(Component.Isolate);
    }

    private Pause Unmap(int task, ref Place place)
    {
        int source = sources[task * most + place.At];
        bool batch = Kernel.Profile.BatchesMigration && !place.Alone;
        if (!Kernel.Unmapping.Step(task, source, UnmapFor.Migration, batch, ref place.Unmap, out Pause pause)) return pause;
        place.Stage = Stage.Unmapped;
        return Pause.At(Component.Unmap);
    }

    private Pause Unmapped(int task, ref Place place)
    {
        int at = task * most + place.At;
        bool lazy = Kernel.Policy.FolioUnmapped(task, sources[at]);
        fates[at] = lazy ? Fate.UnmappedLazily : Fate.Unmapped;
        place.At++;
        // whoever may sleep on a folio's lock holds no other's
        place.Stage = place.Alone ? Stage.Hand : Stage.Next;
        return Pause.At(Component.Unmap);
    }

    private Pause Hand(int task, ref Place place)
    {
        place.At = 0;
        if (Kernel.Profile.BatchesMigration) place.Pass = 0;
        place.Stage = Stage.Flush;
        Kernel.Policy.BeginDefer(task);
        return Pause.At(Component.Flush);
    }

    /// <summary>Everything of the chunk is unmapped: flushes what was deferred, then moves from the chunk's first folio.</summary>
    private Pause Flush(int task, ref Place place)
    {
        place.Stage = Stage.Move;
        if (Kernel.Profile.FlushesBeforeCopy) Kernel.Policy.BeginFlush(task);
        return Pause.At(Component.Flush);
    }

    private static Pause Leftover(ref Place place)
    {
        place.At = place.Pass = 0;
        place.Alone = true;
        place.Stage = Stage.Next;
        return Pause.At(Component.Isolate);
    }

    private Pause Last(int task, ref Place place)
    {
        KernelCall call = Kernel.Call(task);
        if (place.Collected < call.B && !place.Stopped)
        {
            place.Stage = Stage.Chunk;
            return Pause.At(Component.Isolate);
        }
        place.Stage = Stage.End;
        Kernel.Policy.CallEnds(task);
        return Pause.At(Component.Flush);
    }

    /// <summary>The counters of a call are added at its end.</summary>
    private Pause End(int task, ref Place place)
    {
        if (!place.Kept)
        {
            place.Kept = true;
            Kernel.Policy.BeginFlush(task);
            return Pause.At(Component.Flush);
        }
        Kernel.Tallies[Tally.Migrated] += place.Succeeded;
        Kernel.Tallies[Tally.MigrateFailed] += place.Failed;
        Kernel.Tallies[Tally.HugeMigrated] += place.HugeSucceeded;
        place = default;
        return Pause.Done;
    }
}
