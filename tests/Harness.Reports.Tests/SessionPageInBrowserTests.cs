using Microsoft.Playwright;

namespace Harness.Reports.Tests;

/// <summary>Does a browser draw a session's page whole, at every width, light and dark, without an error?</summary>
[Collection(nameof(PageBrowser))]
public sealed class SessionPageInBrowserTests(PageBrowser browser)
{
    private const int Pairs = 4;
    private const int Cpus = 4;

    [SkippableTheory]
    [InlineData(ColorScheme.Light, 360)]
    [InlineData(ColorScheme.Dark, 390)]
    [InlineData(ColorScheme.Dark, 1600)]
    [InlineData(ColorScheme.Light, 2560)]
    public async Task Every_chart_shows_what_the_session_has_and_the_page_does_not_scroll_sideways(ColorScheme scheme, int width)
    {
        SessionReport report = PageSessions.Full(Pairs, Cpus);
        await using OpenPage open = await browser.Open((writer, library) => SessionPage.Write(writer, report, library), scheme, width);
        string[] charts = await open.DrawAll();
        Assert.Equal(["changes-chart", .. Enumerable.Range(0, Sessions.Counters.Length).Select(i => $"dots-{i}"), "cpus-0", "timeline-0"],
            charts);
        Assert.Equal(Pairs, await open.Marks("dots-0", "before"));
        Assert.Equal(Pairs, await open.Marks("dots-0", "after"));
        // the two rows of a pair's runs are joined, and may be parted
        Assert.Equal(Pairs, await open.Lines("dots-0", "join"));
        await open.Page.GetByLabel("join the two runs of a pair").UncheckAsync();
        Assert.Equal(0, await open.Lines("dots-0", "join"));
        IReadOnlyList<string> texts = await open.Page.Locator("#dots-0 svg text").AllTextContentsAsync();
        Assert.Contains("before", texts);
        Assert.Contains("after", texts);
        Assert.Equal(2 * Pairs * Cpus, await open.Lines("cpus-0", "ground"));
        // one a run, and the legend's
        Assert.Equal(Pairs + 1, await open.Lines("timeline-0", "before"));
        Assert.Equal(width, await open.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.Empty(await open.FaintTexts());
        await open.Picture($"session-{scheme}-{width}");
        Assert.Empty(await open.Complaints());
    }

    [SkippableFact]
    public async Task Hundreds_of_CPUs_have_a_cell_each_on_a_telephone_too()
    {
        SessionReport report = PageSessions.Report(Sessions.Measured(2, cpus: 256));
        await using OpenPage open = await browser.Open((writer, library) => SessionPage.Write(writer, report, library), ColorScheme.Dark,
            390);
        await open.DrawAll();
        Assert.True(await open.Page.EvaluateAsync<int>("document.querySelectorAll('#cpus-0 svg path').length") >= 4 * 256);
        Assert.Equal(390, await open.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.Empty(await open.Complaints());
    }

    [SkippableFact]
    public async Task No_interval_is_cut_by_the_end_of_its_axis()
    {
        // two pairs: intervals far wider than the changes lie apart
        SessionReport report = PageSessions.Report(Sessions.Measured(2));
        double[] ends = [.. report.Comparison.Rows
            .Where(row => row is { Cpu: null, Low: not null }).SelectMany(row => new[] { row.Low!.Value, row.High!.Value })];
        await using OpenPage open = await browser.Open((writer, library) => SessionPage.Write(writer, report, library), ColorScheme.Light,
            1600);
        await open.DrawAll();
        double[] axis = await open.Page.EvaluateAsync<double[]>(
            "echarts.getInstanceByDom(document.getElementById('changes-chart')).getModel().getComponent('xAxis').axis.scale.getExtent()");
        Assert.InRange(100 * ends.Min(), axis[0], axis[1]);
        Assert.InRange(Math.Min(100 * ends.Max(), 200), axis[0], axis[1]);
    }
}
