namespace Harness.Model;

/// <summary>What a range of addresses allows.</summary>
[Flags]
internal enum VmaFlags
{
    None = 0,
    Read = 1,
    Write = 2,
    Execute = 4,

    /// <summary>MAP_SHARED: writes reach the file.</summary>
    Shared = 8,
}

/// <summary>One range of an address space.</summary>
/// <param name="Start">First virtual page.</param>
/// <param name="End">The virtual page after the last.</param>
/// <param name="Flags">What it allows.</param>
/// <param name="File">The file, or <see cref="Anonymous"/>.</param>
/// <param name="Offset">The file's page at <paramref name="Start"/>.</param>
internal readonly record struct Vma(int Start, int End, VmaFlags Flags, int File, int Offset)
{
    internal const int Anonymous = -1;

    internal bool Is(VmaFlags flag) => (Flags & flag) != 0;

    internal bool Holds(int page) => page >= Start && page < End;

    internal bool OfFile => File != Anonymous;

    /// <summary>The file's page at a virtual page.</summary>
    internal int Index(int page) => Offset + page - Start;

    /// <summary>The part of the range that lies in another.</summary>
    internal Vma Part(int start, int end)
    {
        int from = Math.Max(Start, start);
        return this with { Start = from, End = Math.Min(End, end), Offset = Offset + from - Start };
    }
}
