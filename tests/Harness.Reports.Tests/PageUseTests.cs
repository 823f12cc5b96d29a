using Microsoft.Playwright;

namespace Harness.Reports.Tests;

/// <summary>Can everybody use the pages: by keyboard, by ear, and with any eyes?</summary>
[Collection(nameof(PageBrowser))]
public sealed class PageUseTests(PageBrowser browser)
{
    public static TheoryData<string, ColorScheme, int> Pages => new()
    {
        { "session", ColorScheme.Light, 1600 }, { "session", ColorScheme.Dark, 390 },
        { "history", ColorScheme.Light, 390 }, { "history", ColorScheme.Dark, 1600 }, { "replay", ColorScheme.Dark, 1600 },
        { "all nights", ColorScheme.Light, 1600 },
    };

    [SkippableTheory]
    [MemberData(nameof(Pages))]
    public async Task A_judge_of_accessibility_finds_nothing(string page, ColorScheme scheme, int width)
    {
        Skip.IfNot(File.Exists(PageBrowser.Axe), "axe-core was not fetched; ./run.sh test does so when npm is installed");
        await using OpenPage open = await browser.Open(Writer(page), scheme, width);
        await open.DrawAll();
        await open.Page.EvaluateAsync(await File.ReadAllTextAsync(PageBrowser.Axe));
        string[] found = await open.Page.EvaluateAsync<string[]>("""
            async () => (await axe.run()).violations.map(found =>
                `${found.id}: ${found.help}: ${found.nodes.slice(0, 3).map(node => node.html).join(" ")}`)
            """);
        Assert.Empty(found);
    }

    [SkippableTheory]
    [InlineData("session")]
    [InlineData("history")]
    public async Task Every_place_that_scrolls_opens_or_leads_somewhere_is_reached_by_tab(string page)
    {
        await using OpenPage open = await browser.Open(Writer(page), ColorScheme.Light, 1000);
        await open.DrawAll();
        int wanted = await open.Page.EvaluateAsync<int>(
            "document.querySelectorAll('summary, a[href], input, .scroll, pre').length");
        await open.Page.EvaluateAsync(
            "window.reached = new Set(); document.addEventListener('focusin', event => reached.add(event.target))");
        for (int i = 0; i <= wanted; i++) await open.Page.Keyboard.PressAsync("Tab");
        int missed = await open.Page.EvaluateAsync<int>(
            "[...document.querySelectorAll('summary, a[href], input, .scroll, pre')].filter(place => !reached.has(place)).length");
        Assert.Equal(0, missed);
        Assert.True(wanted > 8);
    }

    [SkippableFact]
    public async Task The_first_tab_leads_to_the_verdict()
    {
        await using OpenPage open = await browser.Open(Writer("session"), ColorScheme.Light, 1000);
        await open.Page.Keyboard.PressAsync("Tab");
        await open.Page.Keyboard.PressAsync("Enter");
        Assert.Equal("#verdict", await open.Page.EvaluateAsync<string>("location.hash"));
    }

    [SkippableTheory]
    [InlineData("session")]
    [InlineData("history")]
    [InlineData("all nights")]
    public async Task Headings_step_by_one_and_every_table_says_what_it_is(string page)
    {
        await using OpenPage open = await browser.Open(Writer(page), ColorScheme.Light, 1000);
        int[] levels = await open.Page.EvaluateAsync<int[]>(
            "[...document.querySelectorAll('h1, h2, h3, h4')].map(heading => +heading.tagName[1])");
        Assert.Equal(1, levels[0]);
        Assert.Single(levels, 1);
        Assert.All(levels.Zip(levels.Skip(1)), pair => Assert.True(pair.Second <= pair.First + 1));
        Assert.Equal(0, await open.Page.EvaluateAsync<int>(
            "[...document.querySelectorAll('table')].filter(table => !(table.caption?.textContent && table.querySelector('th[scope]'))).length"));
        Assert.Equal(1, await open.Page.Locator("main").CountAsync());
        Assert.Equal(1, await open.Page.Locator("nav").CountAsync());
    }

    [SkippableFact]
    public async Task A_narrow_screen_begins_with_what_is_only_looked_up_closed_and_a_link_opens_it()
    {
        await using OpenPage open = await browser.Open(Writer("session"), ColorScheme.Light, 390);
        Assert.Equal(0, await open.Page.Locator("details.fold[open]").CountAsync());
        await open.Page.GetByRole(AriaRole.Link, new() { Name = "Environment" }).ClickAsync();
        await open.Page.Locator("#environment details.fold[open]").WaitForAsync();
    }

    [SkippableFact]
    public async Task On_paper_every_chart_is_drawn_though_nobody_came_near_it()
    {
        await using OpenPage open = await browser.Open(Writer("session"), ColorScheme.Light, 1600);
        byte[] paper = await open.Page.PdfAsync();
        Assert.True(paper.Length > 20_000);
        Assert.Equal(await open.Page.Locator(".chart").CountAsync(), await open.Page.Locator(".chart svg").CountAsync());
        Assert.Empty(await open.Complaints());
    }

    private static Action<TextWriter, string> Writer(string page) => page switch
    {
        "session" => (writer, library) => SessionPage.Write(writer, PageSessions.Full(), library),
        "history" => (writer, library) => HistoryPage.Write(writer, Histories.Of(40, 3), library),
        "all nights" => (writer, library) => AllNightsPage.Write(writer, Histories.All(), library),
        _ => (writer, library) => ReplayPage.Write(writer, Replays.Of(), library, "replay"),
    };
}
