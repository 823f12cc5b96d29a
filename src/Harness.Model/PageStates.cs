namespace Harness.Model;

/// <summary>What the page table holds for a page.</summary>
internal enum PageState : byte
{
    /// <summary>A present PTE.</summary>
    Mapped,

    /// <summary>Nothing, under the page-table lock: its flush is under way.</summary>
    Clearing,

    /// <summary>A migration entry.</summary>
    Entry,
}

/// <summary>The pages of the process: state, and the generation in which each was last unmapped.</summary>
internal sealed class PageStates(int pages)
{
    private readonly PageState[] states = new PageState[pages];
    private readonly long[] unmapped = new long[pages];

    internal int Count => states.Length;

    /// <summary>Pages without a present PTE.</summary>
    internal int UnderMigration { get; private set; }

    internal PageState this[int page] => states[page];

    internal ReadOnlySpan<PageState> All => states;

    internal long UnmappedIn(int page) => unmapped[page];

    internal void Unmap(int page, long generation, PageState state)
    {
        UnderMigration++;
        unmapped[page] = generation;
        states[page] = state;
    }

    internal void SetEntry(int page) => states[page] = PageState.Entry;

    internal void Map(int page)
    {
        UnderMigration--;
        states[page] = PageState.Mapped;
    }
}
