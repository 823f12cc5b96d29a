using System.Text.Json;
using Harness.Records;

namespace Harness.Reports.Tests;

/// <summary>Does a session's page say what the console says, and nothing of what the session lacks?</summary>
public sealed class SessionPageTests
{
    public static TheoryData<string, string, string> Lacking => new()
    {
        { "all runs failed", "No verdict: no pair gave a result", "changes counters-chart runs-values cpus timelines model" },
        { "one arm failed", "No verdict: no pair gave a result", "changes model timelines" },
        { "modelled only", "nothing was measured", "model timelines trust" },
        { "one pair", "7 undecided", "model timelines" },
        { "same arm", "Quiet: the two equal sides cannot be told apart", "model timelines" },
        { "proofs failed", "Invalid: nothing could be judged", "changes model" },
        { "no model", "improved", "model timelines" },
        { "256 CPUs", "improved", "model timelines" },
        { "1000 pairs", "improved", "model timelines" },
        { "two sessions", "Drift is not excluded", "timelines" },
    };

    [Theory]
    [MemberData(nameof(Lacking))]
    public void What_a_session_lacks_has_no_part_and_no_empty_chart(string kind, string says, string without)
    {
        string page = Write(Session(kind));
        Assert.Contains(says, page, StringComparison.Ordinal);
        foreach (string part in without.Split(' ')) Assert.DoesNotContain($"<section id=\"{part}\"", page, StringComparison.Ordinal);
        foreach (JsonElement chart in Charts(page))
        {
            Assert.Contains(chart.GetProperty("option").GetProperty("series").EnumerateArray(), series =>
                series.GetProperty("data").GetArrayLength() > 0);
        }
    }

    [Fact]
    public void A_full_session_has_every_part_with_the_verdict_first()
    {
        string page = Write(PageSessions.Full());
        string[] parts = [.. page.Split("<section id=\"").Skip(1).Select(part => part[..part.IndexOf('"', StringComparison.Ordinal)])];
        Assert.Equal(
            ["verdict", "asked", "counters", "changes", "runs-values", "cpus", "timelines", "notes", "modes", "trust", "model",
                "environment", "runs", "repeat"],
            parts);
        Assert.Contains("<b>interrupts.TLB</b> 66,520 &#x2192; 162 (-99.8%, 95% interval [-99.8, -99.8])", page, StringComparison.Ordinal);
        Assert.Contains("1 run failed (guest-panic)", page, StringComparison.Ordinal);
        Assert.Contains("before: {target: vm:6.1}", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_figure_of_the_consoles_table_stands_in_the_page()
    {
        SessionReport report = PageSessions.Full();
        string page = Write(report);
        foreach (CounterLine line in CounterRows.Judged(report).Concat(CounterRows.PerCpu(report, int.MaxValue)))
        {
            foreach (string figure in new[] { line.Before, line.After, line.Change, line.Interval, line.VerdictText })
                Assert.Contains(System.Text.Encodings.Web.HtmlEncoder.Default.Encode(figure), page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_modelled_value_is_never_in_a_column_of_measured_ones()
    {
        string page = Write(PageSessions.Full());
        string table = page[page.IndexOf("Medians of the judged counters</caption>", StringComparison.Ordinal)..];
        string row = table.Split("</table>")[0].Split("<tr").First(part => part.Contains(">interrupts.TLB<", StringComparison.Ordinal));
        Assert.Equal(5, row.Split("role=\"cell\"").Length - 1);
        Assert.Contains("class=\"right modelled\"", row, StringComparison.Ordinal);
        Assert.Contains("before, modelled</th>", Write(Session("modelled only")), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_two_sessions_nothing_is_called_a_pair()
    {
        string page = Write(Session("two sessions"));
        string text = page.Split("<main>")[1].Split("<section id=\"runs\"")[0];
        foreach (string word in new[] { "pair by pair", "0 pairs", "runs of a pair", ">pair<" })
            Assert.DoesNotContain(word, text, StringComparison.Ordinal);
    }

    private static SessionReport Session(string kind) => kind switch
    {
        "all runs failed" => PageSessions.Report([.. Sessions.Measured(2).Select(run => PageSessions.Failed(run, run.Request.Pair))]),
        "one arm failed" => PageSessions.Report(
            [.. Sessions.Measured(2).Select(run => run.Request.Arm == "after" ? PageSessions.Failed(run, run.Request.Pair) : run)]),
        "modelled only" => PageSessions.Report([.. Sessions.MeasuredAndModelled(2).Where(run => run.Origin == Origin.Modelled)]),
        "one pair" => PageSessions.Report(Sessions.Measured(1)),
        "same arm" => PageSessions.SameArm(),
        "proofs failed" => PageSessions.Report([.. Sessions.WithProofs()]),
        "no model" => PageSessions.Report(Sessions.Measured(4)),
        "256 CPUs" => PageSessions.Report(Sessions.Measured(3, cpus: 256)),
        "two sessions" => LetterTests.Apart(),
        "1000 pairs" => PageSessions.Report(Sessions.Measured(1000)),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    private static JsonElement.ArrayEnumerator Charts(string page) =>
        JsonDocument.Parse(page.Split("<script type=\"application/json\" id=\"charts\">")[1].Split("</script>")[0])
            .RootElement.EnumerateArray();

    private static string Write(SessionReport report)
    {
        using StringWriter writer = new();
        SessionPage.Write(writer, report, "/* the chart library */");
        return writer.ToString();
    }
}
