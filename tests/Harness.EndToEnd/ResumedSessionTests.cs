using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text.Json;

namespace Harness.EndToEnd;

/// <summary>Does a session of the real program, killed with SIGKILL in the middle, end as if nothing had happened, at the cost of one run?</summary>
[SupportedOSPlatform("linux")]
public sealed class ResumedSessionTests : IDisposable
{
    private readonly CommandLine line = new();

    public void Dispose() => line.Dispose();

    [Fact]
    public void Twelve_runs_killed_in_the_fifth_and_resumed_are_twelve_and_the_first_four_are_untouched()
    {
        LocalPlan.Write(line, "blink", "echo '{\"metrics\": {\"elapsed\": 0.1}}'; exec sleep 0.5", "pairs: 6");
        using (Process first = Process.Start(LocalPlan.Start(line, "run", line.File("root/workloads/plans/blink.yaml")))!)
        {
            while (first.StandardError.ReadLine() is { } said && !said.StartsWith("[5/12]", StringComparison.Ordinal)) { }
            Process.Start("kill", ["-KILL", first.Id.ToString(CultureInfo.InvariantCulture)]).WaitForExit();
            first.WaitForExit();
            Assert.Equal(137, first.ExitCode);
        }
        string session = Assert.Single(Directory.GetDirectories(Path.Combine(line.Home, "sessions")));
        int over = States(session).Count(state => state == "done");
        Assert.InRange(over, 4, 5); // the kill may have come as the fifth ended
        Dictionary<string, string> before = Files(session);
        Assert.True(before.Count >= 4);

        Ended resumed = CommandLine.Wait(LocalPlan.Start(line, "run", line.File("root/workloads/plans/blink.yaml"), "--resume"));
        Assert.True(resumed.Code == 0, resumed.Errors);
        Assert.All(States(session), state => Assert.Equal("done", state));
        Dictionary<string, string> after = Files(session);
        Assert.Equal(12, after.Count);
        Assert.All(before, file => Assert.Equal(file.Value, after[file.Key]));
    }

    private static string?[] States(string session)
    {
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(session, "manifest.json")));
        return [.. manifest.RootElement.GetProperty("runs").EnumerateArray().Select(run => run.GetProperty("state").GetString())];
    }

    /// <summary>Each record with what it holds and when it was written.</summary>
    private static Dictionary<string, string> Files(string session) => Directory.GetFiles(Path.Combine(session, "runs"), "*.json")
        .ToDictionary(file => file, file => $"{File.GetLastWriteTimeUtc(file):O} {File.ReadAllText(file)}");
}
