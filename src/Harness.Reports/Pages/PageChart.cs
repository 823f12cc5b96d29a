using System.Text.Json.Nodes;

namespace Harness.Reports;

/// <summary>A chart of a page.</summary>
/// <param name="Id">Its name within the page: letters and dashes.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Says">A sentence that says what it shows, also for who cannot see it.</param>
/// <param name="Option">The option object of ECharts.</param>
public sealed record PageChart(string Id, string Title, string Says, JsonObject Option)
{
    /// <summary>True for a chart of a few rows, which needs less height.</summary>
    public bool FewRows { get; init; }
}
