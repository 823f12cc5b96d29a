namespace Harness.Model;

/// <summary>The pages of files: what the disk or server holds, and the frame that caches it.</summary>
internal sealed class PageCache(StateArrays state, int files, int pages)
{
    private const int Absent = 0;
    private readonly int[] cached = state.Array<int>(files * pages);
    private readonly long[] stored = state.Array<long>(files * pages);

    internal int Files { get; } = files;

    /// <summary>Pages a file has at most.</summary>
    internal int Pages { get; } = pages;

    /// <summary>What the disk or the server holds.</summary>
    internal ref long Stored(int file, int index) => ref stored[file * Pages + index];

    /// <summary>The frame that caches the page, or a negative number.</summary>
    internal int Find(int file, int index) => cached[file * Pages + index] - 1;

    internal void Insert(int file, int index, int frame) => cached[file * Pages + index] = frame + 1;

    internal void Remove(int file, int index) => cached[file * Pages + index] = Absent;
}
