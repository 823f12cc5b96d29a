using System.Text.Json.Nodes;
using Harness.Analysis;
using Harness.Records;
using Microsoft.Playwright;

namespace Harness.Reports.Tests;

/// <summary>Can any text of a session or a history, in whatever field, run in the page or break its layout?</summary>
[Collection(nameof(PageBrowser))]
public sealed class HostilePageTests(PageBrowser browser)
{
    private const string Script = "</script></style></title><script>window.ran=1;alert(1)</script>"
        + "<img src=x onerror=\"window.ran=2\" style='x'><a href=\"javascript:window.ran=3\">javascript:window.ran=3</a>"
        + " \" onfocus=window.ran=4 autofocus ' -->\u2028\u2029\u202e\u0000{tip|{a}} ${window.ran=5} $ink";

    // words of a fixed set, times and versions are no free text
    private static readonly string[] Fixed = ["origin", "state", "failure", "trust", "better", "started", "created", "ended", "version"];
    private static readonly string[] Maps = ["parameters", "environment", "metricUnits"];

    public static TheoryData<string> Texts => new() { Script, new string('x', 100_000) };

    [SkippableTheory]
    [MemberData(nameof(Texts))]
    public async Task A_session_full_of_such_texts_is_only_text(string text)
    {
        SessionReport report = Session(text);
        await using OpenPage open = await browser.Open((writer, library) => SessionPage.Write(writer, report, library), ColorScheme.Light,
            390);
        await IsOnlyText(open, "dots-0", text);
        // the counters are there under their names, so the texts did reach the page
        Assert.Contains("interrupts.TLB" + text[..1], await open.Page.Locator("#verdict").TextContentAsync(), StringComparison.Ordinal);
    }

    [SkippableTheory]
    [MemberData(nameof(Texts))]
    public async Task A_history_full_of_such_texts_is_only_text(string text)
    {
        PlanHistory history = Histories.Of(12, 2);
        history = history with
        {
            Plan = text, Shape = text, Box = text,
            Nights = [.. history.Nights.Select(night => night with
            {
                Session = night.Session + text, Accepted = text,
                    Differences = [new NightDifference(text, new EnvironmentDifference(text, text, text))],
            })],
            Series = [.. history.Series.Select(series => series with
            {
                Arm = text, Counter = series.Counter + text, Unit = text, Why = text,
                Changes = [.. series.Changes.Select(change => change with { Causes = [new EnvironmentDifference(text, text, text)] })],
            })],
        };
        await using OpenPage open = await browser.Open((writer, library) => HistoryPage.Write(writer, history, library), ColorScheme.Light,
            390);
        await IsOnlyText(open, "series-0", text);

        AllNights all = AllNights.Of(history.Nights[^1].Created, [history]);
        await using OpenPage lab = await browser.Open((writer, library) => AllNightsPage.Write(writer, all, library), ColorScheme.Light, 390);
        await IsOnlyText(lab, "history-0-0", text);
    }

    private static async Task IsOnlyText(OpenPage open, string chart, string text)
    {
        await open.DrawAll();
        // a mark under the pointer says its name in the picture, not as HTML
        await open.Page.Locator($"#{chart} svg").ScrollIntoViewIfNeededAsync();
        int before = await open.Page.Locator($"#{chart} svg text").CountAsync();
        ILocator mark = open.Page.Locator($"#{chart} svg path[fill='#0072b2']").Last;
        LocatorBoundingBoxResult place = (await mark.BoundingBoxAsync())!;
        await open.Page.Mouse.MoveAsync(place.X + (place.Width / 2), place.Y + (place.Height / 2));
        await open.Page.WaitForFunctionAsync($"document.querySelectorAll('#{chart} svg text').length > {before}");
        if (text == Script) Assert.Contains("<", await open.Page.Locator($"#{chart} svg").TextContentAsync(), StringComparison.Ordinal);

        Assert.Null(await open.Page.EvaluateAsync<int?>("window.ran ?? null"));
        Assert.Equal(0, await open.Page.Locator("img, iframe, object, embed, form, base, link, a[href^='javascript']").CountAsync());
        // the library, the data and the page's own script
        Assert.Equal(3, await open.Page.Locator("script").CountAsync());
        Assert.Equal(1, await open.Page.Locator("style").CountAsync());
        Assert.Equal(0, await open.Page.EvaluateAsync<int>(
            "[...document.querySelectorAll('*')].flatMap(each => each.getAttributeNames()).filter(name => name.startsWith('on')).length"));
        Assert.Equal(390, await open.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.DoesNotContain('\u202e', await open.Page.ContentAsync());
        Assert.Empty(await open.Complaints());
    }

    private static SessionReport Session(string text)
    {
        SessionReport full = PageSessions.Full(2);
        List<RunRecord> records = [.. full.Records.Select(run => With(run, text))];
        return new(records, "before" + text, "after" + text,
            [.. Sessions.Counters.Select(counter => counter with { Name = counter.Name + text })])
        {
            Title = text, Source = text, Command = text, Manifest = With(full.Manifest!, text),
            OwnCost = new SessionCost { Phases = [new PhaseCost(text, 1, 1, 1, 1, 1, 1)], Notes = [text] },
        };
    }

    // every text of the value with that behind it, so that what was alike still is
    private static T With<T>(T value, string text)
    {
        JsonNode tree = JsonNode.Parse(RecordJson.Write(value))!;
        return RecordJson.Read<T>(Changed(tree, "", text)!.ToJsonString(), "a hostile record");
    }

    private static JsonNode? Changed(JsonNode? node, string name, string text) => node switch
    {
        JsonObject map => new JsonObject(map.Select(pair => new KeyValuePair<string, JsonNode?>(
            Maps.Contains(name) ? pair.Key + text : pair.Key, Changed(pair.Value, pair.Key, text)))),
        JsonArray list => new JsonArray([.. list.Select(item => Changed(item, name, text))]),
        JsonValue leaf when !Fixed.Contains(name) && leaf.TryGetValue(out string? said) => JsonValue.Create(said + text),
        _ => node?.DeepClone(),
    };
}
