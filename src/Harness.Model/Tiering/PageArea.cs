namespace Harness.Model;

/// <summary>A mapping of one process: consecutive pages of one file or of anonymous memory.</summary>
/// <param name="Process">The process.</param>
/// <param name="First">Its first page among the pages of all areas.</param>
/// <param name="Pages">Its pages.</param>
/// <param name="File">Whether it maps a file; else it is anonymous.</param>
/// <param name="Writable">Whether it may be written.</param>
internal readonly record struct PageArea(int Process, int First, int Pages, bool File, bool Writable)
{
    /// <summary>The page after its last one.</summary>
    internal int End => First + Pages;
}
