using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using Harness.Analysis;

namespace Harness.Reports.Tests;

/// <summary>Do a night's files say what was found, in the forms that their readers take?</summary>
public sealed class NightlyReportTests
{
    [Fact]
    public void JUnit_has_a_failure_for_the_regression_an_error_for_what_did_not_run_and_skips_what_has_no_value()
    {
        XElement root = JUnit(NightlySample.Report());
        Assert.Equal("testsuites", root.Name.LocalName);
        XElement suite = root.Elements("testsuite").First();
        Assert.Equal(("migrate-batching", "6", "1", "1", "1"), (Of(suite, "name"), Of(suite, "tests"), Of(suite, "failures"), Of(suite, "errors"), Of(suite, "skipped")));
        Assert.Equal(("2026-11-21T01:00:00", "lab7"), (Of(suite, "timestamp"), Of(suite, "hostname")));

        XElement failed = Case(suite, "migrate-batching.after", "interrupts.TLB");
        string message = Of(failed.Element("failure")!, "message");
        Assert.Equal(
            "interrupts.TLB of 'after' rose from 2.5 to 17,040 interrupts (6,816 times as much) in the night of 2026-11-21; "
            + "likely cause: target vm:6.12 -> vm:6.1, kernel.release 6.12.117 -> 6.1.0-56",
            message);
        Assert.Equal(message, failed.Element("failure")!.Value);
        Assert.Contains("pair 3 failed", Of(Case(suite, "migrate-batching.after", "runs").Element("error")!, "message"), StringComparison.Ordinal);
        Assert.Contains("untrusted", Of(Case(suite, "migrate-batching.before", "vmstat.pgmigrate_success").Element("skipped")!, "message"), StringComparison.Ordinal);
        Assert.Empty(Case(suite, "migrate-batching.after", "workload.elapsed").Elements());

        XElement missing = root.Elements("testsuite").Last();
        Assert.Equal("qemu is missing", Of(Case(missing, "luf-llama small", "runs").Element("error")!, "message"));
    }

    [Theory]
    [InlineData("a<b>&\"'c")]
    [InlineData("bell\a null\0 escape\u001b[31m")]
    [InlineData("noncharacter\uFFFE\uFFFF lone\uD800 pair\U0001F600")]
    public void Names_that_XML_cannot_have_do_not_break_the_file(string hostile)
    {
        XElement root = JUnit(NightlySample.Report(hostile, hostile));
        XElement suite = root.Elements("testsuite").First();
        Assert.Equal(6, suite.Elements("testcase").Count());
        if (hostile.StartsWith("a<", StringComparison.Ordinal)) Assert.Equal(hostile, Of(suite, "name"));
        if (hostile.EndsWith("\U0001F600", StringComparison.Ordinal)) Assert.EndsWith("\U0001F600", Of(suite, "name"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_JSON_object_has_its_documented_members_in_their_order()
    {
        using JsonDocument document = JsonDocument.Parse(NightlyJson.Write(NightlySample.Report()));
        Assert.Equal(["box", "began", "exitCode", "plans"], Names(document.RootElement));
        JsonElement plan = document.RootElement.GetProperty("plans")[0];
        Assert.Equal(["plan", "shape", "exitCode", "problem", "runs", "history"], Names(plan));
        Assert.Equal(["plan", "shape", "box", "nights", "series"], Names(plan.GetProperty("history")));
        JsonElement series = plan.GetProperty("history").GetProperty("series")[0];
        Assert.Equal(["arm", "counter", "unit", "better", "values", "changes", "verdict", "why"], Names(series));
        Assert.Equal("regressed", series.GetProperty("verdict").GetString());
        Assert.True(series.GetProperty("changes")[0].GetProperty("stands").GetBoolean());
        Assert.Equal(JsonValueKind.Null, document.RootElement.GetProperty("plans")[1].GetProperty("history").ValueKind);
    }

    [Fact]
    public void The_summary_says_the_verdict_first_and_escapes_what_is_hostile()
    {
        using StringWriter writer = new(CultureInfo.InvariantCulture);
        NightlySummary.Write(writer, NightlySample.Report(counter: "<script>|x"));
        string text = writer.ToString();
        Assert.StartsWith("# Nightly on lab7, 2026-11-21 01:00Z: 1 regression, and not all of it ran\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", text, StringComparison.Ordinal);
        Assert.Contains("| after | target | vm:6.12 | vm:6.1 |", text, StringComparison.Ordinal);
        Assert.Contains("- qemu is missing", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_console_fits_80_columns_and_leaves_out_what_did_not_change()
    {
        using StringWriter writer = new(CultureInfo.InvariantCulture);
        NightlyConsole.Write(ReportConsole.On(writer), NightlySample.Report());
        string text = writer.ToString();
        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= 80, line));
        Assert.Contains("regressed: interrupts.TLB of 'after' rose", text, StringComparison.Ordinal);
        Assert.DoesNotContain("workload.elapsed", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_history_is_drawn_night_by_night()
    {
        using StringWriter writer = new(CultureInfo.InvariantCulture);
        PlanHistory history = NightlySample.History();
        CounterHistory quiet = history.Series[1] with
        {
            Values = [history.Series[1].Values[0], history.Series[1].Values[2] with { Outlier = true }],
        };
        HistoryReport.Write(ReportConsole.On(writer), history with { Series = [history.Series[0], quiet, history.Series[2]] });
        string text = writer.ToString();
        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= 80, line));
        Assert.Matches(@"interrupts\.TLB +17,040 +▁▁█ +regressed", text);
        Assert.Matches(@"workload\.elapsed \(s\) +0\.55 +▁\.x +no change", text);
        Assert.Matches(@"vmstat\.pgmigrate_success +- +▁█\. +invalid", text);
        Assert.Contains("regressed, and stands", string.Join(' ', text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    private static XElement JUnit(NightlyReport report)
    {
        using MemoryStream stream = new();
        NightlyJUnit.Write(stream, report);
        stream.Position = 0;
        return XDocument.Load(stream).Root!;
    }

    private static XElement Case(XElement suite, string classname, string name) =>
        suite.Elements("testcase").Single(each => Of(each, "classname") == classname && Of(each, "name") == name);

    private static string Of(XElement element, string attribute) => element.Attribute(attribute)!.Value;

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(member => member.Name);
}
