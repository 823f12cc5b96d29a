using Microsoft.Playwright;

namespace Harness.Reports.Tests;

/// <summary>A page in the browser, and all that the browser complained of.</summary>
internal sealed class OpenPage : IAsyncDisposable
{
    private const string Watch = """
        window.violations = [];
        document.addEventListener("securitypolicyviolation", event => violations.push(event.violatedDirective + " " + event.blockedURI));
        """;

    private readonly string file;
    private readonly List<string> complaints = [];

    public OpenPage(IPage page, string file)
    {
        Page = page;
        this.file = file;
        page.Console += (_, message) => complaints.Add($"{message.Type}: {message.Text}");
        page.PageError += (_, error) => complaints.Add(error);
        page.Dialog += (_, dialog) => { complaints.Add($"dialog: {dialog.Message}"); _ = dialog.DismissAsync(); };
        page.Request += (_, request) => { if (!request.Url.StartsWith("file:", StringComparison.Ordinal)) complaints.Add(request.Url); };
    }

    public IPage Page { get; }

    /// <summary>Console lines, errors, dialogs, requests, and what the security policy stopped.</summary>
    public async Task<string[]> Complaints() => [.. complaints, .. await Page.EvaluateAsync<string[]>("window.violations ?? []")];

    /// <summary>Opens the file, its security policy watched from the start.</summary>
    public async Task Begin()
    {
        await Page.AddInitScriptAsync(Watch);
        await Page.GotoAsync($"file://{file}");
    }

    /// <summary>Opens what is closed and comes by every chart, so that all are drawn.</summary>
    /// <returns>The charts' names.</returns>
    public async Task<string[]> DrawAll()
    {
        await Page.EvaluateAsync("for (const part of document.querySelectorAll('details')) part.open = true");
        string[] charts = await Page.EvaluateAsync<string[]>("[...document.querySelectorAll('.chart')].map(chart => chart.id)");
        foreach (string chart in charts)
        {
            await Page.Locator($"#{chart}").ScrollIntoViewIfNeededAsync();
            await Page.Locator($"#{chart} svg").WaitForAsync();
        }
        return charts;
    }

    /// <summary>How many marks of a chart are filled with one of the page's colours.</summary>
    public Task<int> Marks(string chart, string colour) => Count(chart, colour, "fill");

    /// <summary>How many lines of a chart have one of the page's colours.</summary>
    public Task<int> Lines(string chart, string colour) => Count(chart, colour, "stroke");

    /// <summary>Texts of charts whose colour stands out from the ground by less than 4.5 (WCAG 2.1, success criterion 1.4.3).</summary>
    public Task<string[]> FaintTexts() => Page.EvaluateAsync<string[]>("""
        () => {
          const light = colour => {
            const probe = document.createElement("canvas").getContext("2d");
            probe.fillStyle = colour;
            probe.fillRect(0, 0, 1, 1);
            const parts = [...probe.getImageData(0, 0, 1, 1).data].map(part => part / 255);
            const [r, g, b] = parts.map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const ground = light(getComputedStyle(document.body).backgroundColor);
          return [...document.querySelectorAll("svg text")].filter(text => {
            const ink = light(getComputedStyle(text).fill);
            return (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05) < 4.5;
          }).map(text => text.textContent);
        }
        """);

    /// <summary>Leaves a picture of the whole page in the folder that HARNESS_SCREENSHOTS names, when it does.</summary>
    public async Task Picture(string name)
    {
        if (Environment.GetEnvironmentVariable("HARNESS_SCREENSHOTS") is not { Length: > 0 } folder) return;
        await Page.EvaluateAsync("scrollTo(0, 0)");
        await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png"), FullPage = true });
    }

    private Task<int> Count(string chart, string colour, string attribute) => Page.EvaluateAsync<int>("""
        ([chart, colour, attribute]) => {
          const wanted = getComputedStyle(document.documentElement).getPropertyValue(`--${colour}`).trim();
          const marks = [...document.querySelectorAll(`#${chart} svg path, #${chart} svg polyline`)];
          return marks.filter(mark => mark.getAttribute(attribute) === wanted).length;
        }
        """, new[] { chart, colour, attribute });

    public async ValueTask DisposeAsync()
    {
        await Page.CloseAsync();
        File.Delete(file);
    }
}
