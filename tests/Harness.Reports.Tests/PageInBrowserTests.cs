using Microsoft.Playwright;

namespace Harness.Reports.Tests;

/// <summary>Is the page drawn by a real browser, without an error, light and dark, on a telephone and a wide screen?</summary>
public sealed class PageInBrowserTests
{
    private const string Chromium = "/usr/bin/chromium";

    [SkippableTheory]
    [InlineData(ColorScheme.Light, 1600, 1000)]
    [InlineData(ColorScheme.Dark, 390, 844)]
    public async Task Every_chart_is_drawn_and_nothing_is_complained_of(ColorScheme scheme, int width, int height)
    {
        string library = Path.Combine(AppContext.BaseDirectory, "../../../page/echarts.min.js");
        Skip.IfNot(File.Exists(Chromium), "chromium is not installed; ./run.sh test installs it as root on Debian");
        Skip.IfNot(File.Exists(library), "the chart library was not fetched; ./run.sh test does so when npm is installed");
        string file = Path.Combine(Path.GetTempPath(), $"harness-page-{Guid.NewGuid():n}.html");
        try
        {
            using (StreamWriter writer = new(file)) ReplayPage.Write(writer, Replays.Of(Replays.Hostile), await File.ReadAllTextAsync(library), "replay");
            using IPlaywright playwright = await Playwright.CreateAsync();
            await using IBrowser browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium, Args = ["--no-sandbox"] });
            IPage page = await browser.NewPageAsync(new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = height } });
            List<string> complaints = [];
            page.Console += (_, message) => complaints.Add($"{message.Type}: {message.Text}");
            page.PageError += (_, error) => complaints.Add(error);
            page.Request += (_, request) => { if (!request.Url.StartsWith("file:", StringComparison.Ordinal)) complaints.Add(request.Url); };
            await page.GotoAsync($"file://{file}");
            foreach (string chart in new[] { "flushes", "waiting", "over-time" })
            {
                // bars and lines are filled or stroked paths: a chart without data has few
                Assert.True(await page.Locator($"#{chart} svg path").CountAsync() > 5, $"chart {chart} is not drawn");
                LocatorBoundingBoxResult? box = await page.Locator($"#{chart} svg").BoundingBoxAsync();
                Assert.InRange(box!.Width, 200, width);
            }
            Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
            if (Environment.GetEnvironmentVariable("HARNESS_SCREENSHOTS") is { Length: > 0 } folder)
                await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"replay-{scheme}-{width}.png"), FullPage = true });
            Assert.Empty(complaints);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
