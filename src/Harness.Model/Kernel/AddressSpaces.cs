namespace Harness.Model;

/// <summary>
/// The address spaces: their ranges, page tables and locks. Address spaces that stem from one by fork are a family: an anonymous page lies
/// at the same address in all of them that map it (mremap is not modelled), which makes the family and that address its reverse map.
/// </summary>
internal sealed class AddressSpaces
{
    /// <summary>Pages that one page table maps.</summary>
    internal const int TablePages = 512;

    private readonly int maxVmas;
    private readonly int tables;
    private readonly Pte[] ptes;
    private readonly int[] tableLock;
    private readonly bool[] tableUsed;
    private readonly Vma[] vmas;
    private readonly int[] vmaCount;
    private readonly int[] family;
    private readonly int[] mmapLock;
    private readonly int[] changesInFlight;

    internal AddressSpaces(StateArrays state, int count, int pages, int maxVmas)
    {
        Count = count;
        Pages = pages;
        this.maxVmas = maxVmas;
        tables = (pages + TablePages - 1) / TablePages;
        ptes = state.Array<Pte>(count * pages);
        tableLock = state.Array<int>(count * tables);
        tableUsed = state.Array<bool>(count * tables);
        vmas = state.Array<Vma>(count * maxVmas);
        vmaCount = state.Array<int>(count);
        family = state.Array<int>(count);
        mmapLock = state.Array<int>(count);
        changesInFlight = state.Array<int>(count);
        for (int mm = 0; mm < count; mm++) family[mm] = mm;
    }

    internal int Count { get; }

    /// <summary>The virtual page after the last that a page's table maps.</summary>
    internal static int TableEnd(int page) => (page & ~(TablePages - 1)) + TablePages;

    /// <summary>Virtual pages of each.</summary>
    internal int Pages { get; }

    internal ref Pte Pte(int mm, int page) => ref ptes[mm * Pages + page];

    /// <summary>All entries of one address space.</summary>
    internal ReadOnlySpan<Pte> Ptes(int mm) => ptes.AsSpan(mm * Pages, Pages);

    internal ReadOnlySpan<Vma> Vmas(int mm) => vmas.AsSpan(mm * maxVmas, vmaCount[mm]);

    internal ref int Family(int mm) => ref family[mm];

    /// <summary>mm->tlb_flush_pending: gathers under way, during which a PROT_NONE entry may still be in some TLB.</summary>
    internal ref int ChangesInFlight(int mm) => ref changesInFlight[mm];

    /// <summary>A fault has filled an entry of this page's table.</summary>
    internal void UseTable(int mm, int page) => tableUsed[mm * tables + page / TablePages] = true;

    /// <summary>Takes the lock of the page table that maps a page.</summary>
    /// <returns>False when another task has it.</returns>
    internal bool TryLockTable(int mm, int page, int task)
    {
        ref int holder = ref tableLock[mm * tables + page / TablePages];
        if (holder != 0 && holder != task + 1) return false;
        holder = task + 1;
        return true;
    }

    internal bool TableIsFree(int mm, int page, int task) => tableLock[mm * tables + page / TablePages] is var holder
        && (holder == 0 || holder == task + 1);

    internal void UnlockTable(int mm, int page) => tableLock[mm * tables + page / TablePages] = 0;

    internal bool CanRead(int mm) => mmapLock[mm] >= 0;

    internal bool CanWrite(int mm) => mmapLock[mm] == 0;

    internal void LockForReading(int mm) => mmapLock[mm]++;

    internal void UnlockForReading(int mm) => mmapLock[mm]--;

    internal void LockForWriting(int mm) => mmapLock[mm] = -1;

    internal void UnlockForWriting(int mm) => mmapLock[mm] = 0;

    /// <summary>free_pgtables: whether a page table of [start, end) was in use and no range lies in it any more.</summary>
    internal bool DropTables(int mm, int start, int end)
    {
        bool dropped = false;
        for (int table = start / TablePages; table <= (end - 1) / TablePages; table++)
        {
            bool needed = false;
            foreach (ref readonly Vma vma in Vmas(mm)) needed |= vma.Start < (table + 1) * TablePages && vma.End > table * TablePages;
            if (needed || !tableUsed[mm * tables + table]) continue;
            tableUsed[mm * tables + table] = false;
            dropped = true;
        }
        return dropped;
    }

    /// <summary>Whether any range lies in [start, end).</summary>
    internal bool Overlaps(int mm, int start, int end)
    {
        foreach (ref readonly Vma vma in Vmas(mm))
        {
            if (vma.Start < end && vma.End > start) return true;
        }
        return false;
    }

    /// <summary>The range that holds a page.</summary>
    internal bool Find(int mm, int page, out Vma found)
    {
        foreach (ref readonly Vma vma in Vmas(mm))
        {
            if (!vma.Holds(page)) continue;
            found = vma;
            return true;
        }
        found = default;
        return false;
    }

    /// <summary>Adds a range; nothing may be there.</summary>
    internal void Add(int mm, Vma added)
    {
        int count = vmaCount[mm];
        if (count == maxVmas)
            throw new InvalidOperationException($"address space {mm} has more than {maxVmas} ranges: give the machine more");
        Span<Vma> all = vmas.AsSpan(mm * maxVmas, count + 1);
        int at = count;
        while (at > 0 && all[at - 1].Start > added.Start)
        {
            all[at] = all[at - 1];
            at--;
        }
        all[at] = added;
        vmaCount[mm] = count + 1;
    }

    /// <summary>Takes [start, end) out of all ranges.</summary>
    internal void Cut(int mm, int start, int end)
    {
        for (int i = vmaCount[mm] - 1; i >= 0; i--)
        {
            Vma vma = vmas[mm * maxVmas + i];
            if (vma.End <= start || vma.Start >= end) continue;
            RemoveAt(mm, i);
            if (vma.Start < start) Add(mm, vma.Part(vma.Start, start));
            if (vma.End > end) Add(mm, vma.Part(end, vma.End));
        }
    }

    /// <summary>Gives [start, end) other rights.</summary>
    internal void Protect(int mm, int start, int end, VmaFlags rights)
    {
        const VmaFlags All = VmaFlags.Read | VmaFlags.Write | VmaFlags.Execute;
        Span<Vma> changed = stackalloc Vma[maxVmas];
        int count = 0;
        foreach (ref readonly Vma vma in Vmas(mm))
        {
            if (vma.End > start && vma.Start < end) changed[count++] = vma.Part(start, end);
        }
        Cut(mm, start, end);
        foreach (ref readonly Vma vma in changed[..count]) Add(mm, vma with { Flags = (vma.Flags & ~All) | rights });
    }

    private void RemoveAt(int mm, int at)
    {
        Span<Vma> all = vmas.AsSpan(mm * maxVmas, vmaCount[mm]);
        all[(at + 1)..].CopyTo(all[at..]);
        all[^1] = default;
        vmaCount[mm]--;
    }
}
