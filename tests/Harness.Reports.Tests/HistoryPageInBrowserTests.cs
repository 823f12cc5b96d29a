using Microsoft.Playwright;

namespace Harness.Reports.Tests;

/// <summary>Does a browser draw a history's page, also a long one, and does the page answer first?</summary>
[Collection(nameof(PageBrowser))]
public sealed class HistoryPageInBrowserTests(PageBrowser browser)
{
    [SkippableTheory]
    [InlineData(ColorScheme.Light, 390)]
    [InlineData(ColorScheme.Dark, 1600)]
    public async Task Every_night_is_a_dot_or_stands_alone_and_the_level_steps(ColorScheme scheme, int width)
    {
        const int nights = 40;
        await using OpenPage open = await browser.Open((writer, library) => HistoryPage.Write(writer, Histories.Of(nights, 3), library),
            scheme, width);
        Assert.Equal(["series-0", "series-1", "series-2"], await open.DrawAll());
        foreach (string chart in new[] { "series-0", "series-1" })
        {
            // a dot and the bar behind it; the one that stood alone has another colour and the same bar
            Assert.Equal((2 * nights) - 1, await open.Marks(chart, "before"));
            Assert.Equal(1, await open.Marks(chart, "warn"));
        }
        Assert.Contains("+30.0%", await open.Page.Locator("#series-0 svg").TextContentAsync(), StringComparison.Ordinal);
        Assert.Contains("E1", await open.Page.Locator("#series-1 svg").TextContentAsync(), StringComparison.Ordinal);
        Assert.Equal(width, await open.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.Empty(await open.FaintTexts());
        await open.Picture($"history-{scheme}-{width}");
        Assert.Empty(await open.Complaints());
    }

    [SkippableFact]
    public async Task Of_a_long_history_only_what_a_reader_comes_near_is_drawn()
    {
        await using OpenPage open = await browser.Open(
            (writer, library) => HistoryPage.Write(writer, Histories.Of(400, 20), library), ColorScheme.Light, 1600);
        await open.Page.Locator("#series-0 svg").WaitForAsync();
        int drawn = await open.Page.Locator(".chart svg").CountAsync();
        Assert.InRange(drawn, 1, 19);
        Assert.Equal(20, (await open.DrawAll()).Length);
        Assert.Equal(20, await open.Page.Locator(".chart svg").CountAsync());
        Assert.Empty(await open.Complaints());
    }

    [Fact]
    public void What_regressed_since_when_and_why_is_said_first()
    {
        string page = Write(40, 3);
        Assert.Contains("1 of 3 series regressed", page, StringComparison.Ordinal);
        Assert.Contains("100 &#x2192; 130 (&#x2B;30.0%, 95% interval [&#x2B;27.0, &#x2B;33.0]) since 2024-10-24",
            page.Replace("<wbr>", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("likely cause: kernel.release 6.12.1 &#x2192; 6.12.2", page, StringComparison.Ordinal);
        Assert.True(page.IndexOf("\"verdict\"", StringComparison.Ordinal) < page.IndexOf("\"series\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, 0, "No night yet", "series changes environment nights")]
    [InlineData(1, 2, "Nothing can be judged yet of 2 series", "changes environment")]
    [InlineData(40, 0, "No counter is watched", "series changes")]
    public void A_short_history_says_so_and_has_no_empty_parts(int nights, int series, string says, string without)
    {
        string page = Write(nights, series);
        Assert.Contains(says, page, StringComparison.Ordinal);
        foreach (string part in without.Split(' ')) Assert.DoesNotContain($"<section id=\"{part}\"", page, StringComparison.Ordinal);
    }

    private static string Write(int nights, int series)
    {
        using StringWriter writer = new();
        HistoryPage.Write(writer, Histories.Of(nights, series), "/* the chart library */");
        return writer.ToString();
    }
}
