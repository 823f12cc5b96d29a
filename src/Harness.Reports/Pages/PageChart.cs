using System.Text.Json.Nodes;

namespace Harness.Reports;

/// <summary>A chart of a page.</summary>
/// <param name="Id">Its name within the page: letters, digits and dashes.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Says">A sentence that says what it shows, also for who cannot see it.</param>
/// <param name="Option">The option object of ECharts, with the few words that page.js replaces; no text of a result stands where it does
/// so.</param>
public sealed record PageChart(string Id, string Title, string Says, JsonObject Option)
{
    /// <summary>Its height in CSS pixels.</summary>
    public int Height { get; init; } = 350;
}
