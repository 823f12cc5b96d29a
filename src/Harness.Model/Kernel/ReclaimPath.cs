using System.Runtime.InteropServices;

namespace Harness.Model;

/// <summary>
/// shrink_folio_list over pages of one file: unmap each folio with its flush deferred, take it out of the page cache, and free the folios
/// in batches, each after its flush: of 31 in 6.12, of the whole list before, where large folios go one by one. Dirty folios stay (their
/// writing is not modelled).
/// A folio is isolated meanwhile: off the LRU and referred to, so that even if it stays and somebody else drops it, its frame is not freed
/// before the last flush of the call.
/// </summary>
internal sealed class ReclaimPath(Kernel kernel) : CallPath(kernel)
{
    private enum Stage : byte { Take, Unmap, Judge, FlushAlone, FreeAlone, FlushNormal, FreeNormal, HandOver, FlushDeclined, FreeLazy, End }

    /// <summary>References of a folio that nobody needs: the page cache's, and that of its isolation.</summary>
    private const int Freeable = 2;

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Place
    {
        internal Stage Stage;
        internal bool Ending;
        internal int Done;
        internal int Folio;
        internal int Normal;
        internal int Lazy;
        internal int Kept;
        internal UnmapCursor Cursor;
    }

    private readonly Place[] places = kernel.State.Array<Place>(kernel.Tasks);
    private readonly int[] normal = kernel.State.Array<int>(kernel.Tasks * kernel.Profile.FreeBatch);
    private readonly int[] lazy = kernel.State.Array<int>(kernel.Tasks * kernel.Profile.FreeBatch);

    private readonly int[] kept = kernel.State.Array<int>(kernel.Tasks * ListMost(kernel));

    private int Batch => Kernel.Profile.FreeBatch;

    internal override void Begin(int task, in KernelCall call)
    {
        if (call.C > ListMost(Kernel))
            throw new ArgumentException($"a list of {call.C} pages; reclaim takes {ListMost(Kernel)} at most", nameof(call));
    }

    internal override Pause Step(int task)
    {
        ref Place place = ref places[task];
        switch (place.Stage)
        {
            case Stage.Take: return Take(task, ref place);
            case Stage.Unmap: return Unmap(task, ref place);
            case Stage.Judge: return Judge(task, ref place);
            case Stage.FlushAlone:
                Kernel.Policy.BeginFlush(task);
                return Go(ref place, Stage.FreeAlone);
            case Stage.FreeAlone:
                Kernel.Put(task, place.Folio, 0);
                place.Folio = 0;
                return Go(ref place, Stage.Take);
            case Stage.FlushNormal:
                Kernel.Policy.BeginFlush(task);
                return Go(ref place, Stage.FreeNormal);
            case Stage.FreeNormal:
                Free(task, normal, ref place.Normal, 0);
                return Go(ref place, Stage.Take);
            case Stage.HandOver:
                Kernel.Policy.BeginDefer(task);
                return Go(ref place, Stage.FlushDeclined);
            case Stage.FlushDeclined:
                if (Kernel.Policy.Tag(task) == 0) Kernel.Policy.BeginFlush(task);
                else Kernel.Tallies[Tally.Lazy] += place.Lazy;
                return Go(ref place, Stage.FreeLazy);
            case Stage.FreeLazy:
                Free(task, lazy, ref place.Lazy, Kernel.Policy.Tag(task));
                return Go(ref place, Stage.Take);
            default:
                PutBack(task, ref place);
                place = default;
                return Pause.Done;
        }
    }

    /// <summary>Pages of one list. The kernel isolates 32, MGLRU about 64; assumed: no caller here wants more than this.</summary>
    private static int ListMost(Kernel kernel) => Math.Min(kernel.Cache.Pages, 4_096);

    private Pause Take(int task, ref Place place)
    {
        KernelCall call = Kernel.Call(task);
        if (place.Lazy == Batch || (place.Ending && place.Lazy > 0)) return Go(ref place, Stage.HandOver);
        if (place.Normal == Batch || (place.Ending && place.Normal > 0)) return Go(ref place, Stage.FlushNormal);
        if (place.Ending)
        {
            // even without a folio to free a mapping may have been cleared
            Kernel.Policy.BeginFlush(task);
            return Go(ref place, Stage.End);
        }
        while (place.Done < call.C)
        {
            int frame = Kernel.Cache.Find(call.A, call.B + place.Done++);
            if (frame < 0) continue;
            int folio = Kernel.Frames.Folio(frame);
            // a large folio is on the list once
            place.Done = Kernel.Frames.Index(folio) + (1 << Kernel.Frames.Order(folio)) - call.B;
            if (!Kernel.Frames.Has(folio, FolioFlags.Lru) || !Kernel.TryLock(folio)) continue;
            Kernel.Frames.Clear(folio, FolioFlags.Lru);
            Kernel.Frames.References(folio)++;
            place.Folio = folio;
            Kernel.Policy.FolioBegins(task, folio, null);
            place.Stage = Stage.Unmap;
            return Pause.Work(Kernel.Costs.Isolate, Component.Isolate);
        }
        place.Ending = true;
        return Pause.At(Component.Isolate);
    }

    private Pause Unmap(int task, ref Place place)
    {
        if (!Kernel.Unmapping.Step(task, place.Folio, UnmapFor.Reclaim, batch: true, ref place.Cursor, out Pause pause)) return pause;
        place.Stage = Stage.Judge;
        return Pause.At(Component.Unmap);
    }

    /// <summary>Every mapping is gone: the folio leaves the page cache unless it is dirty or somebody else still refers to it.</summary>
    private Pause Judge(int task, ref Place place)
    {
        int folio = place.Folio;
        bool stays = Kernel.Frames.Has(folio, FolioFlags.Dirty) || Kernel.Frames.References(folio) != Freeable;
        if (stays) Kernel.Policy.FolioStays(task);
        bool mayWait = Kernel.Policy.FolioUnmapped(task, folio);
        int pages = 1 << Kernel.Frames.Order(folio);
        place.Stage = Stage.Take;
        place.Folio = 0;
        if (stays)
        {
            kept[task * ListMost(Kernel) + place.Kept++] = folio;
            Kernel.Unlock(folio);
            return Pause.At(Component.Free);
        }
        for (int i = 0; i < pages; i++) Kernel.Cache.Remove(Kernel.Frames.Owner(folio), Kernel.Frames.Index(folio) + i);
        Kernel.Frames.References(folio)--;
        Kernel.Unlock(folio);
        Kernel.Tallies[Tally.Reclaimed] += pages;
        if (pages > 1 && Kernel.Profile.FreesLargeFoliosAlone)
        {
            (place.Stage, place.Folio) = (Stage.FlushAlone, folio);
        }
        else if (mayWait) lazy[task * Batch + place.Lazy++] = folio;
        else normal[task * Batch + place.Normal++] = folio;
        return Pause.Work(Kernel.Costs.Free, Component.Free);
    }

    /// <summary>The folios that stay go back on the LRU, unless they left the page cache meanwhile.</summary>
    private void PutBack(int task, ref Place place)
    {
        foreach (ref int folio in kept.AsSpan(task * ListMost(Kernel), place.Kept))
        {
            Kernel.Frames.Set(folio, FolioFlags.Lru);
            Kernel.Put(task, folio, 0);
            folio = 0;
        }
    }

    private void Free(int task, int[] list, ref int count, uint tag)
    {
        foreach (ref int folio in list.AsSpan(task * Batch, count))
        {
            Kernel.Put(task, folio, tag);
            folio = 0;
        }
        count = 0;
    }

    private static Pause Go(ref Place place, Stage stage)
    {
        place.Stage = stage;
        return Pause.At(Component.Free);
    }
}
