namespace Harness.Model;

/// <summary>What an access through a translation did wrong.</summary>
internal enum Violation
{
    None,

    /// <summary>The frame has been given to someone else since the translation was loaded.</summary>
    GivenAway,

    /// <summary>The page has other contents by now than the frame that the translation still leads to.</summary>
    Rewritten,

    /// <summary>A store went to a frame that is no longer the page's.</summary>
    LostWrite,

    /// <summary>The address space does not allow the access (any more).</summary>
    RightsShrunk,
}

/// <summary>One wrong access.</summary>
internal readonly record struct Report(Violation What, int Cpu, int Mm, int Page, int Frame, long Seen, long Expected);

/// <summary>
/// Watches what every flush policy must keep to: no access goes through a translation whose frame was given away, whose page was rewritten
/// or replaced, or whose rights have shrunk. Reading an old copy that is still equal is no violation; that is what lazy policies live on.
/// While a call that changes an address or a file's page is under way either state may be seen. Old contents (not old rights) may also be
/// seen between the clearing of a mapping and the flush that the same call makes for it: stock kernels have that window too.
/// <see cref="Strict"/> denies it.
/// </summary>
internal sealed class Oracle
{
    private const int OpenMost = 1024;

    private readonly int most;
    private readonly AddressSpaces spaces;
    private readonly PageCache cache;
    private readonly Frames frames;
    private readonly byte[] unsettledPages;
    private readonly byte[] unsettledFile;
    private readonly byte[] awaitingFlush;
    private readonly bool[] mustNotAwait;
    private readonly int[] open;
    private readonly bool[] openLazy;
    private readonly int[] opened;
    private readonly int[] settled;

    internal Oracle(StateArrays state, int tasks, AddressSpaces spaces, PageCache cache, Frames frames)
    {
        this.spaces = spaces;
        this.cache = cache;
        this.frames = frames;
        most = Math.Min(OpenMost, spaces.Count * spaces.Pages);
        unsettledPages = state.Array<byte>(spaces.Count * spaces.Pages);
        unsettledFile = state.Array<byte>(cache.Files * cache.Pages);
        mustNotAwait = state.Array<bool>(spaces.Count * spaces.Pages);
        awaitingFlush = state.Array<byte>(spaces.Count * spaces.Pages);
        open = state.Array<int>(tasks * most);
        openLazy = state.Array<bool>(tasks * most);
        opened = state.Array<int>(tasks);
        settled = state.Array<int>(tasks);
    }

    /// <summary>Deny the window between the clearing of a mapping and its batch's flush.</summary>
    internal bool Strict { get; init; }

    /// <summary>The first wrong access, if there was one.</summary>
    internal Report? First { get; private set; }

    /// <summary>Wrong accesses.</summary>
    internal long Violations { get; private set; }

    /// <summary>A call begins to change a range of addresses.</summary>
    internal void Unsettle(int mm, int start, int end)
    {
        for (int page = start; page < end; page++) unsettledPages[mm * spaces.Pages + page]++;
    }

    /// <summary>That call has returned.</summary>
    internal void Settle(int mm, int start, int end)
    {
        for (int page = start; page < end; page++) unsettledPages[mm * spaces.Pages + page]--;
    }

    internal void UnsettleFile(int file, int index) => unsettledFile[file * cache.Pages + index]++;

    internal void SettleFile(int file, int index) => unsettledFile[file * cache.Pages + index]--;

    /// <summary>The task cleared a mapping and put the flush off.</summary>
    internal void Open(int task, int mm, int page)
    {
        if (opened[task] == most)
            throw new InvalidOperationException($"more than {most} mappings await one flush: let the oracle hold more");
        int at = mm * spaces.Pages + page;
        open[task * most + opened[task]++] = at;
        if (!Strict) awaitingFlush[at]++;
    }

    /// <summary>The mappings cleared since the last folio belong to one whose flush may wait, or not.</summary>
    internal void Settle(int task, bool lazy)
    {
        openLazy.AsSpan(task * most + settled[task], opened[task] - settled[task]).Fill(lazy);
        settled[task] = opened[task];
    }

    /// <summary>The task's flush is over, or the policy has taken over what may wait: from here on nothing wrong may be seen.</summary>
    internal void Close(int task, bool lazyOnly)
    {
        int kept = 0;
        for (int i = 0; i < opened[task]; i++)
        {
            int at = task * most + i;
            int page = open[at];
            bool lazy = openLazy[at];
            open[at] = 0;
            openLazy[at] = false;
            if (lazyOnly && !lazy)
            {
                open[task * most + kept++] = page;
                continue;
            }
            if (!Strict && --awaitingFlush[page] == 0) mustNotAwait[page] = false;
        }
        opened[task] = kept;
        settled[task] = Math.Min(settled[task], kept);
    }

    /// <summary>
    /// A call that changes these addresses has come to their page table, locked: what other tasks have cleared there and not flushed must
    /// be flushed when it returns.
    /// </summary>
    internal void Walks(int mm, int start, int end)
    {
        for (int page = start; page < end; page++)
        {
            int at = mm * spaces.Pages + page;
            mustNotAwait[at] = awaitingFlush[at] > 0;
        }
    }

    /// <summary>The task copies pages it has unmapped: a store to the old ones would be lost, flush to come or not.</summary>
    internal void Copies(int task)
    {
        for (int i = 0; i < opened[task]; i++) mustNotAwait[open[task * most + i]] = !Strict;
    }

    /// <summary>An access that did not come from the page table just now.</summary>
    internal Violation Check(int cpu, int mm, int page, Pte used, bool write)
    {
        Pte current = spaces.Pte(mm, page);
        bool same = current.Present && current.Frame == used.Frame && used.Birth == Birth(used.Frame);
        if (same && (current.Writable || !write)) return Violation.None;
        Violation what = Judge(mm, page, current, used, write, out long expected);
        if (what == Violation.None) return what;
        Violations++;
        First ??= new Report(what, cpu, mm, page, used.Frame, frames.Content(used.Frame), expected);
        return what;
    }

    /// <summary>Forgets the reports.</summary>
    internal void Clear()
    {
        First = null;
        Violations = 0;
    }

    private uint Birth(int frame) => Pte.None.Loaded(frames.Birth(frame)).Birth;

    private Violation Judge(int mm, int page, Pte current, Pte used, bool write, out long expected)
    {
        expected = 0;
        if (used.Birth != Birth(used.Frame)) return Violation.GivenAway;
        if (unsettledPages[mm * spaces.Pages + page] != 0) return Violation.None;
        if (!spaces.Find(mm, page, out Vma vma) || !vma.Is(write ? VmaFlags.Write : VmaFlags.Read)) return Violation.RightsShrunk;
        if (awaitingFlush[mm * spaces.Pages + page] != 0 && !mustNotAwait[mm * spaces.Pages + page]) return Violation.None;
        if (write && current.Present && !current.Writable && current.Frame == used.Frame) return Violation.RightsShrunk;
        bool known = Expected(vma, page, current, out expected);
        if (known && expected != frames.Content(used.Frame)) return Violation.Rewritten;
        return write && !(current.Maps && current.Frame == used.Frame) ? Violation.LostWrite : Violation.None;
    }

    /// <summary>What the page holds, wherever it is: false while a call changes it.</summary>
    private bool Expected(in Vma vma, int page, Pte current, out long expected)
    {
        expected = 0;
        if (vma.OfFile && unsettledFile[vma.File * cache.Pages + vma.Index(page)] != 0) return false;
        if (!current.IsNone)
        {
            expected = frames.Content(current.Frame);
            return true;
        }
        if (!vma.OfFile) return true;
        int cached = cache.Find(vma.File, vma.Index(page));
        expected = cached >= 0 ? frames.Content(cached) : cache.Stored(vma.File, vma.Index(page));
        return true;
    }
}
