namespace Harness.Reports;

/// <summary>What each counter does when nothing differs: of a session with one arm on both sides.</summary>
internal static class NoiseFloorSection
{
    /// <summary>The part; null for a session of two arms.</summary>
    public static PageSection? Of(SessionReport report) => report.NoiseFloor is not { } floor ? null
        : new PageSection("noise-floor", "Noise floor", page =>
        {
            page.Table(NoiseFloorReport.Title(floor), "lrrrrrrl", NoiseFloorReport.Columns, floor.Rows.Select(NoiseFloorReport.Cells));
            page.Labelled(NoiseFloorReport.Legend(floor));
            page.List(NoiseFloorReport.Notes(floor));
        });
}
