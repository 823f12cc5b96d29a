namespace Harness.Model;

/// <summary>
/// Touches of pages all equally likely, too many to be made one by one. Two kinds of page notice one: a protected page faults, and of a
/// page whose accessed bit is clear the bit is set. The first are known, so that the touches up to the next fault can be drawn; the second
/// are settled when somebody looks at the bit: by then the page was walked to, or not, with a probability that follows from the walks
/// since.
/// </summary>
internal sealed class DrawnTouches
{
    /// <summary>With so many walks expected for each page none is without one: one in e^40. Assumed as certain.</summary>
    private const double Certain = 40;

    private readonly PageTables tables;
    private readonly int first;
    private readonly int pages;
    private readonly int[] faulting;
    private readonly int[] placeOf;
    private readonly int[] count;
    private readonly long[] walks;
    private readonly long[] settledAt;
    private readonly long[] draws;
    private readonly ulong seed;

    internal DrawnTouches(StateArrays state, PageTables tables, in PageArea area, ulong seed)
    {
        this.tables = tables;
        this.seed = TouchOrder.Start(seed, -1);
        (first, pages) = (area.First, area.Pages);
        faulting = state.Array<int>(pages);
        placeOf = state.Array<int>(pages);
        count = state.Array<int>(1);
        walks = state.Array<long>(1);
        settledAt = state.Array<long>(tables.Tables);
        draws = state.Array<long>(1);
    }

    /// <summary>Pages whose next touch may fault.</summary>
    internal int Faulting => count[0];

    /// <summary>Touches that walked the page tables, of all threads.</summary>
    internal void Walked(long touches) => walks[0] += touches;

    /// <summary>The page was made inaccessible: touching it faults.</summary>
    internal void Protect(int page)
    {
        if (placeOf[page - first] != 0) return;
        faulting[count[0]] = page;
        placeOf[page - first] = ++count[0];
    }

    /// <summary>The page no longer faults.</summary>
    internal void Unprotect(int page)
    {
        int place = placeOf[page - first];
        if (place == 0) return;
        int last = faulting[--count[0]];
        faulting[place - 1] = last;
        placeOf[last - first] = place;
        placeOf[page - first] = 0;
    }

    /// <summary>Draws how many touches go to other pages before one goes to a page that faults.</summary>
    internal long BeforeFault()
    {
        if (count[0] == 0) return long.MaxValue;
        if (count[0] == pages) return 0;
        double touches = Math.Log(Uniform()) / Math.Log(1 - (double)count[0] / pages);
        return touches < long.MaxValue / 2 ? (long)touches : long.MaxValue;
    }

    /// <summary>Draws which page that is. There must be one.</summary>
    internal int DrawFaulting() => faulting[TouchOrder.PageOf(Next(), count[0])];

    /// <summary>Sets the accessed bits of a table's pages that were walked to since the last time.</summary>
    internal void Settle(int table)
    {
        long since = walks[0] - settledAt[table];
        settledAt[table] = walks[0];
        if (since == 0) return;
        double expected = (double)since / pages;
        double untouched = expected > Certain ? 0 : Math.Exp(-expected);
        bool used = false;
        foreach (ref ulong word in tables.Table(table))
        {
            if ((word & (PageWord.Mapped | PageWord.Young | PageWord.ProtNone)) != PageWord.Mapped) continue;
            if (untouched > 0 && Uniform() <= untouched) continue;
            word |= PageWord.Young;
            used = true;
        }
        if (used) tables.Use(PageTables.FirstPage(table));
    }

    private ulong Next() => TouchOrder.Draw(seed, draws[0]++);

    /// <summary>More than 0 and at most 1.</summary>
    private double Uniform() => ((Next() >> 11) + 1) * (1.0 / (1UL << 53));
}
