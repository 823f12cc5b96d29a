namespace Harness.Model;

/// <content>The second half: copying, and putting mappings back.</content>
internal sealed partial class MigratePath
{
    /// <summary>
    /// Passes over a list before what is left has failed (published, kernel source: NR_MAX_MIGRATE_PAGES_RETRY). A synchronous caller makes
    /// the first of them without waiting, the rest folio by folio (NR_MAX_MIGRATE_ASYNC_RETRY and NR_MAX_MIGRATE_SYNC_RETRY).
    /// </summary>
    private const int AllPasses = 10;
    private const int PassesWithoutWaiting = 3;

    private static int Passes(in KernelCall call, in Place place) => place.Alone ? AllPasses - PassesWithoutWaiting
        : IsSync(call) ? PassesWithoutWaiting : AllPasses;

    /// <summary>References that a folio may have for its content to move: the cache's and the migration's own.</summary>
    private int Expected(int source, bool lazy) => (Kernel.Frames.Use(source) == FrameUse.File ? 2 : 1)
        + (lazy && Kernel.Frames.Has(source, FolioFlags.CopyKept) ? 1 : 0);

    /// <summary>A file's folio that somebody took out of the page cache before the migration had its lock.</summary>
    private bool Dropped(int source) => Kernel.Frames.Use(source) == FrameUse.File
        && Kernel.Cache.Find(Kernel.Frames.Owner(source), Kernel.Frames.Index(source)) != source;

    private Pause Move(int task, ref Place place)
    {
        while (place.At < place.Count && fates[task * most + place.At] is Fate.Todo or Fate.Over) place.At++;
        if (place.At == place.Count) return Moved(task, ref place);
        bool mayStay = Kernel.Profile.BatchesMigration && place.Pass + 1 < Passes(Kernel.Call(task), place);
        int at = task * most + place.At;
        int source = sources[at];
        int target = targets[at] - 1;
        bool lazy = fates[at] == Fate.UnmappedLazily;
        place.Entry = default;
        if (Kernel.Frames.References(source) != Expected(source, lazy) || Dropped(source))
        {
            if (mayStay)
            {
                place.Left++;
                place.At++;
                return Pause.At(Component.Remap);
            }
            if (lazy) Kernel.Policy.Undo(source);
            place.Stage = Stage.Restore;
            return Pause.At(Component.Remap);
        }
        Kernel.Watcher?.Copying(source);
        Kernel.Oracle?.Copies(task);
        if (lazy) Kernel.Policy.Moving(target);
        int pages = 1 << Kernel.Frames.Order(source);
        for (int i = 0; i < pages; i++)
        {
            Kernel.Frames.Content(target + i) = Kernel.Frames.Content(source + i);
            if (Kernel.Frames.Use(source) != FrameUse.File) continue;
            Kernel.Cache.Insert(Kernel.Frames.Owner(source), Kernel.Frames.Index(source) + i, target + i);
        }
        if (Kernel.Frames.Use(source) == FrameUse.File)
        {
            Kernel.Frames.References(target)++;
            Kernel.Frames.References(source)--;
        }
        if (Kernel.Frames.Has(source, FolioFlags.Dirty)) Kernel.Frames.Set(target, FolioFlags.Dirty);
        place.Stage = Stage.Replace;
        return Pause.Work(Kernel.Costs.Copy, pages, Component.Copy);
    }

    /// <summary>remove_migration_ptes: one entry a step becomes a mapping of the target.</summary>
    private Pause Replace(int task, ref Place place)
    {
        int at = task * most + place.At;
        if (PutBack(task, ref place, sources[at], targets[at] - 1) is { } pause) return pause;
        place.Stage = Stage.Release;
        return Pause.At(Component.Remap);
    }

    /// <summary>
    /// The folio cannot move: its mappings are put back where they were. Without batches that ends a pass; at the end of all, a synchronous
    /// caller has the folios to try alone.
    /// </summary>
    private Pause Restore(int task, ref Place place)
    {
        KernelCall call = Kernel.Call(task);
        int at = task * most + place.At;
        if (PutBack(task, ref place, sources[at], sources[at]) is { } pause) return pause;
        Kernel.Unlock(sources[at]);
        bool again = !Kernel.Profile.BatchesMigration && ++place.Pass < Passes(call, place);
        if (again || (IsSync(call) && !place.Alone && !place.Stopped)) fates[at] = Fate.Todo;
        else Fail(task, ref place, at);
        if (!again) place.At++;
        place.Stage = again ? Stage.Next : Stage.Move;
        return Pause.At(Component.Remap);
    }

    private Pause? PutBack(int task, ref Place place, int source, int onto)
    {
        MappingCursor ahead = place.Entry;
        if (!Kernel.ReverseMap.Next(source, ref ahead, entries: true, out int mm, out int page)) return null;
        if (!Kernel.Spaces.TableIsFree(mm, page, task)) return Kernel.Spin(task, WaitKind.Table, mm, page);
        place.Entry = ahead;
        ref Pte pte = ref Kernel.Spaces.Pte(mm, page);
        int frame = onto + pte.Frame - source;
        pte = pte.ToFrame(frame);
        // the rights are the range's: one that allows nothing stays closed, a hint-fault scan's mark is lost
        if (!Kernel.Spaces.Find(mm, page, out Vma vma) || !vma.Is(VmaFlags.Read | VmaFlags.Write)) pte = pte.ToProtNone();
        Kernel.Frames.MapCount(frame)++;
        Kernel.Frames.References(onto)++;
        Kernel.Watcher?.Mapped(mm, page);
        return Pause.Work(Kernel.Costs.Remap, Component.Remap);
    }

    private Pause Release(int task, ref Place place)
    {
        int at = task * most + place.At;
        int source = sources[at];
        int target = targets[at] - 1;
        int order = Kernel.Frames.Order(source);
        place.Succeeded += 1 << order;
        if (order == 9) place.HugeSucceeded++;
        Kernel.Frames.Set(target, FolioFlags.Lru);
        int woken = Kernel.Unlock(source);
        Kernel.Unlock(target);
        bool lazy = fates[at] == Fate.UnmappedLazily;
        bool kept = lazy && Kernel.Policy.Keep(task, source);
        // the migration's own reference; the mapping ones went with the mappings
        Kernel.Put(task, target, 0);
        if (lazy && !kept && Kernel.Policy.Tag(task) != 0) Kernel.Tallies[Tally.Lazy]++;
        Kernel.Put(task, source, lazy ? Kernel.Policy.Tag(task) : 0);
        Forget(at);
        place.At++;
        place.Stage = Stage.Move;
        return Pause.Work(Kernel.Costs.Wake, woken, Component.Remap);
    }

    /// <summary>
    /// A pass over what was unmapped is over. When all of that has moved or failed, what is left is tried alone by a synchronous caller, or
    /// has failed, or was not tried at all.
    /// </summary>
    private Pause Moved(int task, ref Place place)
    {
        if (place.Left > 0)
        {
            place.Pass++;
            place.At = place.Left = 0;
            return Pause.At(Component.Remap);
        }
        bool left = false;
        for (int i = 0; i < place.Count; i++)
        {
            int at = task * most + i;
            if (fates[at] != Fate.Todo) continue;
            if (place.Stopped) GiveUp(task, at);
            else if (IsSync(Kernel.Call(task))) left = true;
            else Fail(task, ref place, at);
        }
        place.Stage = left ? Stage.Leftover : Stage.Last;
        if (!left) fates.AsSpan(task * most, place.Count).Clear();
        if (!Kernel.Profile.FlushesBeforeCopy) Kernel.Policy.BeginFlush(task);
        return Pause.At(Component.Remap);
    }

    private void Fail(int task, ref Place place, int at)
    {
        place.Failed += 1 << Kernel.Frames.Order(sources[at]);
        GiveUp(task, at);
    }

    /// <summary>The folio stays, and its target goes back.</summary>
    private void GiveUp(int task, int at)
    {
        int source = sources[at];
        Kernel.Frames.Set(source, FolioFlags.Lru);
        if (targets[at] != 0)
        {
            int target = targets[at] - 1;
            if (Kernel.Frames.Use(target) == FrameUse.Free) Kernel.Frames.Assign(target, FrameUse.Kernel, 0, 0);
            Kernel.Put(task, target, 0);
        }
        Kernel.Put(task, source, 0);
        Forget(at);
    }

    private void Forget(int at)
    {
        sources[at] = 0;
        targets[at] = 0;
        fates[at] = Fate.Over;
    }
}
