using Microsoft.Playwright;

namespace Harness.Reports.Tests;

/// <summary>Is a replay's page drawn by a real browser, without an error, light and dark, on a telephone and a wide screen?</summary>
[Collection(nameof(PageBrowser))]
public sealed class ReplayPageInBrowserTests(PageBrowser browser)
{
    [SkippableTheory]
    [InlineData(ColorScheme.Light, 1600)]
    [InlineData(ColorScheme.Dark, 390)]
    public async Task Every_chart_is_drawn_and_nothing_is_complained_of(ColorScheme scheme, int width)
    {
        await using OpenPage open = await browser.Open(
            (writer, library) => ReplayPage.Write(writer, Replays.Of(Replays.Hostile), library, "replay"), scheme, width);
        Assert.Equal(["flushes", "waiting", "over-time"], await open.DrawAll());
        foreach (string chart in new[] { "flushes", "waiting", "over-time" })
        {
            // bars and lines are filled or stroked paths: a chart without data has few
            Assert.True(await open.Page.Locator($"#{chart} svg path").CountAsync() > 5, $"chart {chart} is not drawn");
            LocatorBoundingBoxResult? box = await open.Page.Locator($"#{chart} svg").BoundingBoxAsync();
            Assert.InRange(box!.Width, 200, width);
        }
        Assert.Equal(width, await open.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        await open.Picture($"replay-{scheme}-{width}");
        Assert.Empty(await open.Complaints());
    }
}
