using System.Text.Json;
using Harness.Analysis;
using Microsoft.Playwright;

namespace Harness.Reports.Tests;

/// <summary>Does a lab see at a glance what regressed and which box is silent, and of the others only that they are well?</summary>
[Collection(nameof(PageBrowser))]
public sealed class AllNightsTests(PageBrowser browser)
{
    [Fact]
    public void What_regressed_comes_first_then_what_is_silent_then_the_rest_by_box_and_plan()
    {
        AllNights all = Histories.All();
        Assert.Equal(["box1", "dead", "a", "b"], all.Histories.Select(history => history.Box));
        Assert.Equal(1, all.Regressed);
        Assert.Equal([null, 11, null, null], all.Histories.Select(all.DaysSilent));
        Assert.Null((all with { When = all.Histories[0].Nights[^1].Created.AddDays(2) }).DaysSilent(all.Histories[0]));
        Assert.Equal(2, (all with { When = all.Histories[0].Nights[^1].Created.AddDays(2).AddTicks(1) }).DaysSilent(all.Histories[0]));
    }

    [Fact]
    public void The_console_has_a_line_a_history_and_spells_out_only_what_is_news()
    {
        string text = Show.Text(Histories.All());
        string[] lines = text.Split('\n');
        Assert.Equal("A regression stands in 1 of 4 histories; 1 had no night lately", lines[0]);
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 80));
        Assert.Contains("- regressed: vmstat.counter_0 of 'after' rose from 100 to 130 events", text, StringComparison.Ordinal);
        Assert.Contains("- no night for 11 days: is the box up, and its timer on?", text, StringComparison.Ordinal);
        Assert.DoesNotContain("counter_1", text, StringComparison.Ordinal);
        AllNights one = AllNights.Of(Histories.All().When, [Histories.All().Histories[^1]]);
        Assert.StartsWith("Nothing regressed in 1 history\n", Show.Text(one), StringComparison.Ordinal);
    }

    [Fact]
    public void The_JSON_object_has_its_documented_members_in_their_order()
    {
        using JsonDocument document = JsonDocument.Parse(AnalysisJson.Write(Histories.All()));
        Assert.Equal(["when", "histories"], document.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal(4, document.RootElement.GetProperty("histories").GetArrayLength());
    }

    [SkippableTheory]
    [InlineData(ColorScheme.Light, 390)]
    [InlineData(ColorScheme.Dark, 1600)]
    public async Task The_page_says_each_history_once_and_draws_what_is_news(ColorScheme scheme, int width)
    {
        await using OpenPage open = await browser.Open(
            (writer, library) => AllNightsPage.Write(writer, Histories.All(), library), scheme, width);
        Assert.Equal(["history-0-0"], await open.DrawAll());
        Assert.Equal(4, await open.Page.Locator("#verdict li").CountAsync());
        Assert.Contains("silent", await open.Page.Locator("#verdict li").Nth(1).TextContentAsync(), StringComparison.Ordinal);
        Assert.Equal(width, await open.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.Empty(await open.FaintTexts());
        await open.Picture($"all-nights-{scheme}-{width}");
        Assert.Empty(await open.Complaints());
    }
}
