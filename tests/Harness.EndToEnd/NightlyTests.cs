using System.Runtime.Versioning;
using System.Text.Json;
using System.Xml.Linq;

namespace Harness.EndToEnd;

/// <summary>Does <c>nightly</c> keep quiet while nothing changes, name what did, and go on when a plan cannot be run?</summary>
[SupportedOSPlatform("linux")]
public sealed class NightlyTests : IDisposable
{
    private readonly CommandLine line = new();

    public void Dispose() => line.Dispose();

    [Fact]
    public void A_kernel_that_flushes_page_by_page_again_is_found_in_its_first_night_and_named()
    {
        foreach (int night in (int[])[1, 2])
        {
            Ended quiet = line.Run("nightly", "migrate-batching", "--pairs", "1");
            Assert.True(quiet.Code == 0, quiet.Output + quiet.Errors);
            Assert.Contains(night == 1 ? "the first one, so there is nothing to judge yet" : "2 nights", string.Join(' ', quiet.Output.Split('\n')), StringComparison.Ordinal);
        }
        Ended planted = line.Run("nightly", "migrate-batching", "--pairs", "1", "--arm", "after=vm:6.1", "--out", line.File("out"), "--json");
        Assert.True(planted.Code == 1, planted.Output + planted.Errors);
        XElement suite = XDocument.Load(line.File("out/junit.xml")).Root!.Element("testsuite")!;
        XElement tlb = suite.Elements("testcase").Single(each => Of(each, "name") == "interrupts.TLB" && Of(each, "classname") == "migrate-batching.after");
        Assert.Contains("target vm:6.12 -> vm:6.1", Of(tlb.Element("failure")!, "message"), StringComparison.Ordinal);
        // the other arm ran on the same kernel as ever
        Assert.DoesNotContain(
            suite.Elements("testcase"), each => Of(each, "classname") == "migrate-batching.before" && each.Element("failure") is not null);
        Assert.Equal(planted.Output, File.ReadAllText(line.File("out/nightly.json")));
        Assert.Contains("interrupts.TLB", File.ReadAllText(line.File("out/summary.md")), StringComparison.Ordinal);

        Ended trend = line.Run("history", "trend", "migrate-batching");
        Assert.True(trend.Code == 0, trend.Errors);
        Assert.Contains("regressed, and stands", string.Join(' ', trend.Output.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Ended all = line.Run("history", "nights", "--page", line.File("lab.html"));
        Assert.True(all.Code == 0, all.Errors);
        Assert.StartsWith("A regression stands in 1 of 1 history\n", all.Output, StringComparison.Ordinal);
        Assert.Contains("interrupts.TLB", File.ReadAllText(line.File("lab.html")), StringComparison.Ordinal);
        // judged again without a run it says the same
        Assert.Equal(1, line.Run("nightly", "migrate-batching", "--judge-only").Code);
    }

    [Fact]
    public void What_fails_keeps_no_other_plan_from_running_and_a_dead_collector_changes_nothing()
    {
        LocalPlan.Write(line, "blink", "echo '{\"metrics\": {\"elapsed\": 0.1}}'", "pairs: 2");
        LocalPlan.Write(line, "broken", "exit 3", "pairs: 1");
        string[] plans = [.. new[] { "broken", "blink" }.Select(name => line.File($"root/workloads/plans/{name}.yaml"))];
        Ended ended = CommandLine.Wait(LocalPlan.Start(line, ["nightly", .. plans, line.File("none.yaml"), "--json", "--otlp", "http://127.0.0.1:9"]));
        Assert.True(ended.Code == 4, ended.Output + ended.Errors);
        Assert.Contains("no metrics were sent", ended.LastError, StringComparison.Ordinal);
        using JsonDocument report = JsonDocument.Parse(ended.Output);
        JsonElement[] each = [.. report.RootElement.GetProperty("plans").EnumerateArray()];
        Assert.Equal([4, 0, 2], each.Select(plan => plan.GetProperty("exitCode").GetInt32()));
        Assert.Equal(2, each[1].GetProperty("runs")[0].GetProperty("done").GetInt32());
        Assert.Equal("too few nights", each[1].GetProperty("history").GetProperty("series")[0].GetProperty("verdict").GetString());
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(line.Home, "nightly"), "junit.xml", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_program_that_is_not_on_the_path_is_taken_from_where_the_command_line_says()
    {
        const string Real = "/usr/bin/stress-ng";
        Ended there = line.Run("nightly", "stress-ng", "--pairs", "1", "--program", $"stress-ng={Real}", "--json");
        Assert.True(there.Code == 0, there.Output + there.Errors);
        Ended gone = line.Run("nightly", "stress-ng", "--pairs", "1", "--program", $"stress-ng={line.File("gone")}", "--json");
        Assert.True(gone.Code is 3 or 4, gone.Output + gone.Errors);
        Assert.Contains(line.File("gone"), gone.Output, StringComparison.Ordinal);
        // each night has a folder of its own, however soon it follows
        Assert.Equal(2, Directory.GetFiles(Path.Combine(line.Home, "nightly"), "junit.xml", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public void What_has_no_history_is_refused_with_one_line()
    {
        Refused(2, "every arm is on the model", "nightly", "migrate-batching", "--on", "model:6.12");
        Refused(2, "no night of it on elsewhere is stored", "nightly", "migrate-batching", "--judge-only", "--box", "elsewhere");
        Refused(2, "no night of migrate-batching on", "history", "trend", "migrate-batching");
        Refused(2, "--program takes NAME=/PATH", "nightly", "stress-ng", "--program", "stress-ng");
        Refused(2, "--otlp takes the URL", "nightly", "migrate-batching", "--otlp", "nowhere");
        Refused(3, "the night's files cannot be written", "nightly", "migrate-batching", "--out", "/proc/none");
    }

    private void Refused(int code, string because, params string[] words)
    {
        Ended ended = line.Run(words);
        Assert.True(ended.Code == code, $"{ended.Code}: {ended.Output}{ended.Errors}");
        Assert.Contains(because, string.Join(' ', (ended.Output + ended.Errors).Split('\n')), StringComparison.Ordinal);
    }

    private static string Of(XElement element, string attribute) => element.Attribute(attribute)!.Value;
}
