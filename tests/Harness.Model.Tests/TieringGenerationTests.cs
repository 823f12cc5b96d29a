namespace Harness.Model.Tests;

/// <summary>Which used pages the generations' eviction keeps, and which page tables its walk looks through.</summary>
public sealed class TieringGenerationTests
{
    private const int Table = PageTables.TablePages;

    private static readonly PageArea File = new(0, 0, 4 * Table, File: true, Writable: false);

    [Fact]
    public void Neighbours_that_are_off_their_list_when_a_page_is_found_used_are_kept_too()
    {
        TieringKernel kernel = Mapped(used: page => page < 64);
        int[] batch = new int[GenerationLists.Batch];
        Assert.Equal(batch.Length, kernel.Lru.Isolate(0, anonymous: false, batch));
        Assert.Equal(Enumerable.Range(0, 64), batch);
        ref ulong first = ref kernel.Tables.Words[0];
        Assert.True(kernel.Lru.Keeps(0, ref first, 0, file: true));
        // the look around the first page reached 64 pages of the table: none is young any more, and yet all are kept once
        Assert.All(Enumerable.Range(1, 63), page => Assert.Equal(0ul, kernel.Tables.Words[page] & PageWord.Young));
        for (int page = 1; page < 64; page++) Assert.True(kernel.Lru.Keeps(page, ref kernel.Tables.Words[page], 0, file: true));
        Assert.All(Enumerable.Range(0, 64), page => Assert.Equal(0ul, kernel.Tables.Words[page] & (PageWord.Isolated | PageWord.Referenced)));
    }

    [Fact]
    public void A_page_that_nobody_used_is_not_kept()
    {
        TieringKernel kernel = Mapped(used: _ => false);
        int[] batch = new int[GenerationLists.Batch];
        kernel.Lru.Isolate(0, anonymous: false, batch);
        Assert.All(batch, page => Assert.False(kernel.Lru.Keeps(page, ref kernel.Tables.Words[page], 0, file: true)));
    }

    [Fact]
    public void A_table_is_worth_the_next_walk_only_when_an_eighth_of_it_was_used_or_a_page_was_found_used_in_it()
    {
        PageTables tables = new(new StateArrays(), [File]);
        Assert.False(tables.IsWorthWalking(1, 0, 5));
        tables.HaveWalked(1, 0, 5);
        Assert.True(tables.IsWorthWalking(1, 0, 5));
        Assert.False(tables.IsWorthWalking(1, 0, 6));
        Assert.False(tables.IsWorthWalking(1, 1, 5));
        Assert.False(tables.IsWorthWalking(2, 0, 5));
        tables.ForgetWalks(0, 7);
        Assert.False(tables.IsWorthWalking(1, 0, 5));
    }

    /// <summary>A kernel with a file in the memory of node 0, all mapped, some of it used since.</summary>
    private static TieringKernel Mapped(Func<int, bool> used)
    {
        TieringKernel kernel = new(TieringCases.Machine(), Profile.Parse("6.12"), new TieringKnobs(), [File], 1);
        kernel.Clock.Next();
        for (int page = File.First; page < File.End; page++)
        {
            ref ulong word = ref kernel.Tables.Words[page];
            word = PageWord.WithFrame(word, kernel.Pages.Take(0, 0), 0) | PageWord.Mapped | (used(page) ? PageWord.Young : 0);
            kernel.Lru.Add(page, ref word, 0, file: true, inFault: false);
        }
        return kernel;
    }
}
