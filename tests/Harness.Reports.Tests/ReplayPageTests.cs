using System.Text.Json;

namespace Harness.Reports.Tests;

/// <summary>Does the page hold its data and nothing that a result could make it run? (Whether it draws is asked of a browser.)</summary>
public sealed class ReplayPageTests
{
    [Fact]
    public void The_page_holds_three_charts_as_data_and_loads_nothing()
    {
        string page = Page("luf-llama");
        string data = page.Split("<script type=\"application/json\" id=\"charts\">")[1].Split("</script>")[0];
        using JsonDocument charts = JsonDocument.Parse(data);
        Assert.Equal(["flushes", "waiting", "over-time"], charts.RootElement.EnumerateArray().Select(chart => chart.GetProperty("id").GetString()));
        Assert.DoesNotContain("src=\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("href=", page, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hostile_name_is_text()
    {
        string page = Page(Replays.Hostile);
        Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
        Assert.DoesNotContain('\u202e', page);
        Assert.Contains("&lt;/script&gt;&lt;img", page, StringComparison.Ordinal);
        // the library, the page's own script and the data
        Assert.Equal(3, page.Split("</script>").Length - 1);
    }

    private static string Page(string subject)
    {
        using StringWriter writer = new();
        ReplayPage.Write(writer, Replays.Of(subject), "/* the chart library */", $"replay '{subject}'");
        return writer.ToString();
    }
}
