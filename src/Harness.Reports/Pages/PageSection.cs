namespace Harness.Reports;

/// <summary>A part of a page with a heading of its own.</summary>
/// <param name="Id">Its name within the page: letters and dashes.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Write">Writes what stands below the heading.</param>
internal sealed record PageSection(string Id, string Title, Action<Page> Write)
{
    /// <summary>True for a part to look things up in: a reader may close it, and a narrow screen begins with it closed.</summary>
    public bool Folds { get; init; }
}
