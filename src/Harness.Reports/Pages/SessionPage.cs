namespace Harness.Reports;

/// <summary>
/// A session as a page: what was asked, the verdict, then what it rests on. It says what the console says, in the same words and figures,
/// and leaves out the parts for which the session has nothing.
/// </summary>
public static class SessionPage
{
    /// <summary>Writes the page.</summary>
    /// <param name="writer">Takes it.</param>
    /// <param name="report">The session.</param>
    /// <param name="library">The chart library's text.</param>
    /// <exception cref="IOException">The writer cannot take it (a full disk).</exception>
    public static void Write(TextWriter writer, SessionReport report, string library)
    {
        PageSection[] sections =
        [
            .. new[]
            {
                SessionVerdict.Of(report),
                SessionVerdict.Asked(report),
                NoiseFloorSection.Of(report),
                CounterTable.Of(report),
                ChangeForest.Of(report),
                RunDots.Of(report),
                CpuHeatMap.Of(report),
                TimelineCharts.Of(report),
                SessionNotes.Of(report),
                SessionNotes.Modes(report),
                SessionNotes.Trust(report),
                ModelSection.Of(report),
                SessionRuns.Environment(report),
                SessionRuns.Of(report),
                SessionRuns.Repeat(report),
            }.OfType<PageSection>(),
        ];
        Page page = new(writer);
        page.Begin(report.Title, library, sections);
        foreach (PageSection section in sections) page.Section(section);
        page.End();
    }
}
