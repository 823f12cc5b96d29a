using Microsoft.Playwright;

namespace Harness.Reports.Tests;

/// <summary>One headless Chromium for all tests of pages, started when the first one asks for it.</summary>
public sealed class PageBrowser : IAsyncLifetime
{
    private const string Chromium = "/usr/bin/chromium";

    private static readonly string Artifacts = Path.Combine(AppContext.BaseDirectory, "../../..");
    private static readonly string Library = Path.Combine(Artifacts, "page/echarts.min.js");

    private IPlaywright? playwright;
    private IBrowser? browser;

    /// <summary>The program that judges how accessible a page is.</summary>
    internal static string Axe => Path.Combine(Artifacts, "axe/axe.min.js");

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
    }

    /// <summary>Writes a page and opens it from its file.</summary>
    internal async Task<OpenPage> Open(Action<TextWriter, string> write, ColorScheme scheme, int width, int height = 900)
    {
        Skip.IfNot(File.Exists(Chromium), "chromium is not installed; ./run.sh test installs it as root on Debian");
        Skip.IfNot(File.Exists(Library), "the chart library was not fetched; ./run.sh test does so when npm is installed");
        playwright ??= await Playwright.CreateAsync();
        browser ??= await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium, Args = ["--no-sandbox"] });
        string file = Path.Combine(Path.GetTempPath(), $"harness-page-{Guid.NewGuid():n}.html");
        using (StreamWriter writer = new(file)) write(writer, await File.ReadAllTextAsync(Library));
        IPage page = await browser.NewPageAsync(new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = height } });
        OpenPage open = new(page, file);
        await open.Begin();
        return open;
    }
}

/// <summary>The tests that share the browser.</summary>
[CollectionDefinition(nameof(PageBrowser))]
public sealed class PageBrowserUsers : ICollectionFixture<PageBrowser>;
