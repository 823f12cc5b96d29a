using System.Diagnostics;
using System.Text.Json;

namespace Harness.EndToEnd;

/// <summary>Does a session on two real kernels give what the README shows, and survive what users do to it?</summary>
public sealed class SessionTests : IDisposable
{
    private readonly CommandLine line = new();

    public void Dispose() => line.Dispose();

    [Fact]
    public void Interrupts_fall_by_95_percent_from_6_1_to_6_12_and_the_objects_have_their_shape()
    {
        // Interrupted in the middle, by Ctrl-C ...
        using (Process first = Process.Start(line.Start("run", "migrate-batching", "--pairs", "2"))!)
        {
            while (first.StandardError.ReadLine() is { } said && !said.StartsWith("[2/4]", StringComparison.Ordinal)) { }
            Process.Start("kill", ["-INT", $"{first.Id}"]).WaitForExit();
            string last = first.StandardError.ReadToEnd();
            first.WaitForExit();
            Assert.True(first.ExitCode == 130, last);
            Assert.Contains("interrupted: ", last, StringComparison.Ordinal);
            Assert.Empty(Guests());
        }

        // ... and taken up again without running anything twice.
        Ended resumed = line.Run("run", "migrate-batching", "--resume");
        Assert.True(resumed.Code == 0, resumed.Errors);
        Assert.Contains("[1/3]", resumed.Errors, StringComparison.Ordinal);
        Assert.Contains("interrupts.TLB", resumed.Output, StringComparison.Ordinal);
        Assert.Contains("model", resumed.Output, StringComparison.Ordinal);
        string named = resumed.Output.TrimEnd().Split('\n')[^1];
        Assert.Matches("^page    /.*report\\.html$", named);
        Assert.StartsWith("<!DOCTYPE html>", File.ReadAllText(named[8..]), StringComparison.Ordinal);
        Assert.Empty(Guests());

        Ended compared = line.Run("compare", "--json");
        Assert.True(compared.Code == 0, compared.Errors);
        using JsonDocument comparison = JsonDocument.Parse(compared.Output);
        Assert.Equal("migrate-batching", comparison.RootElement.GetProperty("plan").GetString());
        JsonElement tlb = Row(comparison, row => Text(row, "counter") == "interrupts.TLB");
        Assert.Equal(["counter", "unit", "before", "after", "change", "low", "high", "verdict"], tlb.EnumerateObject().Select(member => member.Name).Take(8));
        Assert.Equal(["median", "low", "high", "n"], tlb.GetProperty("before").EnumerateObject().Select(member => member.Name).Take(4));
        Assert.InRange(tlb.GetProperty("change").GetDouble(), -1, -0.95);
        Assert.Equal(2, tlb.GetProperty("after").GetProperty("n").GetInt32());
        JsonElement migrated = Row(comparison, row => Text(row, "counter") == "vmstat.pgmigrate_success");
        Assert.InRange(migrated.GetProperty("before").GetProperty("median").GetDouble(), 4 * 4096, double.MaxValue);

        Ended validated = line.Run("validate", "migrate-batching", "--json");
        Assert.True(validated.Code == 0, validated.Errors);
        using JsonDocument validation = JsonDocument.Parse(validated.Output);
        Assert.True(validation.RootElement.GetProperty("wmape").TryGetProperty("heldOut", out _));
        foreach (string arm in (string[])["before", "after"])
        {
            JsonElement row = Row(validation, row => Text(row, "arm") == arm && Text(row, "counter") == "interrupts.TLB");
            Assert.Equal(["arm", "counter", "unit", "measured", "modelled", "error", "heldOut"], row.EnumerateObject().Select(member => member.Name).Take(7));
            Assert.True(row.GetProperty("modelled").GetProperty("median").GetDouble() > 0);
        }

        RecordsAreWhole();

        // The database is a copy: lost, it is built again, predictions and all.
        foreach (string file in Directory.GetFiles(line.Home, "results.db*")) File.Delete(file);
        Assert.Equal(validated.Output, line.Run("validate", "migrate-batching", "--json").Output);
    }

    [Fact]
    public void A_measured_and_a_modelled_arm_get_no_verdict_but_the_prediction_beside_the_measurement()
    {
        Ended ended = line.Run(
            "run", "migrate-batching", "--arm", "before=vm:6.12", "--arm", "after=model:6.12+luf", "--pairs", "1", "--set", "pages=64", "--json");
        Assert.True(ended.Code == 0, ended.Errors);
        Assert.Contains("'before' is measured and 'after' is modelled, so no verdict is given between them", ended.Errors, StringComparison.Ordinal);
        using JsonDocument validation = JsonDocument.Parse(ended.Output);
        JsonElement luf = Row(validation, row => Text(row, "arm") == "after" && Text(row, "counter") == "vmstat.pgmigrate_success");
        Assert.Equal((0, 1), (N(luf, "measured"), N(luf, "modelled")));
        JsonElement before = Row(validation, row => Text(row, "arm") == "before" && Text(row, "counter") == "vmstat.pgmigrate_success");
        Assert.Equal((1, 1), (N(before, "measured"), N(before, "modelled")));
        Assert.DoesNotContain("verdict", ended.Output, StringComparison.Ordinal);

        static int N(JsonElement row, string side) => row.GetProperty(side).GetProperty("n").GetInt32();
    }

    [Fact]
    public void A_damaged_database_is_kept_aside_and_built_again()
    {
        Assert.Equal(0, line.Run("simulate", "migrate-batching", "--pairs", "2", "--set", "pages=64").Code);
        string before = line.Run("compare", "--json").Output;
        File.WriteAllBytes(Path.Combine(line.Home, "results.db"), new byte[8192]);
        Ended after = line.Run("compare", "--json");
        Assert.Equal(0, after.Code);
        Assert.Contains("kept as", after.Errors, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(line.Home, "results.db.corrupt-*"));
        Assert.Equal(before, after.Output);
    }

    [Fact]
    public void Two_sessions_at_once_are_refused_by_name()
    {
        Directory.CreateDirectory(line.Home);
        using Process holder = Process.Start(line.Wrapped(["flock", Path.Combine(line.Home, "lock"), "sh", "-c", "echo held; cat"]))!;
        Assert.Equal("held", holder.StandardOutput.ReadLine());
        Ended second = line.Run("simulate", "migrate-batching");
        Assert.Equal(3, second.Code);
        Assert.Contains("holds this host", second.LastError, StringComparison.Ordinal);
        holder.StandardInput.Close();
        holder.WaitForExit();
        Assert.Equal(0, line.Run("simulate", "migrate-batching", "--pairs", "1", "--set", "pages=16").Code);
    }

    [SkippableFact]
    public void A_full_disk_ends_in_one_line_and_leaves_what_was_stored()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "a small file system of its own needs root");
        Directory.CreateDirectory(line.Home);
        Ended ended = CommandLine.Wait(line.Wrapped(
            ["unshare", "-m", "sh", "-c", "mount -t tmpfs -o size=200k none \"$HARNESS_HOME\" && exec dotnet \"$0\" simulate migrate-batching --pairs 200 --set pages=16", CommandLine.Program]));
        Assert.True(ended.Code == 3, ended.Errors);
        Assert.StartsWith("error: ", ended.LastError, StringComparison.Ordinal);
        Assert.Contains(line.Home, ended.LastError, StringComparison.Ordinal);
    }

    private void RecordsAreWhole()
    {
        string session = Assert.Single(Directory.GetDirectories(Path.Combine(line.Home, "sessions")));
        Assert.True(File.Exists(Path.Combine(session, "report.md")));
        string[] records = Directory.GetFiles(Path.Combine(session, "runs"));
        Assert.Equal(4, records.Length);
        HashSet<string?> checksums = [];
        foreach (string record in records)
        {
            using JsonDocument run = JsonDocument.Parse(File.ReadAllText(record));
            Assert.Equal("emulated", run.RootElement.GetProperty("origin").GetString());
            JsonElement counters = run.RootElement.GetProperty("counters");
            JsonElement tlb = counters.EnumerateArray().Single(counter => Text(counter, "name") == "interrupts.TLB");
            Assert.Equal(tlb.GetProperty("value").GetDouble(), tlb.GetProperty("perCpu").EnumerateArray().Sum(cpu => cpu.GetDouble()));

            // every flush has exactly one reason, and each event was opened with its filter on every CPU
            double Flushes(string part) => Value(counters, "trace.tlb:tlb_flush" + part);
            string[] reasons = ["/task_switch", "/remote_shootdown", "/local_shootdown", "/local_mm_shootdown", "/remote_ipi_send"];
            Assert.Equal(Flushes(""), reasons.Sum(Flushes));
            // the receivers' events cannot be more than the interrupts that carried them, give or take what came between two snapshots
            Assert.InRange(Flushes("/remote_shootdown"), 0, tlb.GetProperty("value").GetDouble() + 16);
            checksums.Add($"{run.RootElement.GetProperty("request").GetProperty("pair")} {run.RootElement.GetProperty("checksum")}");
        }
        Assert.Equal(2, checksums.Count); // the same in both arms of a pair
    }

    private static double Value(JsonElement counters, string name)
    {
        JsonElement counter = counters.EnumerateArray().Single(counter => Text(counter, "name") == name);
        // on a loaded machine the probe before the first run may doubt a counter, which still counts and says why it is doubted
        if (Text(counter, "trust") == "untrusted") Assert.NotEmpty(Text(counter, "note")!);
        else Assert.Equal("counted", Text(counter, "trust"));
        return counter.GetProperty("value").GetDouble();
    }

    private static JsonElement Row(JsonDocument document, Func<JsonElement, bool> wanted) => document.RootElement.GetProperty("rows").EnumerateArray().Single(wanted);

    private static string? Text(JsonElement element, string member) => element.GetProperty(member).GetString();

    /// <summary>Command lines of QEMU processes that log into this test's home.</summary>
    private string[] Guests() =>
    [
        .. from folder in Directory.GetDirectories("/proc")
           where int.TryParse(Path.GetFileName(folder), out _)
           let command = CommandOf(folder)
           where command.Contains("qemu-system", StringComparison.Ordinal) && command.Contains(line.Home, StringComparison.Ordinal)
           select command,
    ];

    private static string CommandOf(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline"));
        }
        catch (IOException)
        {
            return ""; // it has ended since
        }
    }
}
