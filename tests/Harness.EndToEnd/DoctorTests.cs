using System.Text.Json;

namespace Harness.EndToEnd;

/// <summary>Does the doctor say how far this host's counters can be trusted?</summary>
public sealed class DoctorTests : IDisposable
{
    private readonly CommandLine line = new();

    public void Dispose() => line.Dispose();

    [Fact]
    public void Each_counter_has_a_verdict_and_what_is_not_trusted_says_why()
    {
        Ended ended = line.Run("doctor", "--json");
        Assert.True(ended.Code == 0, ended.Errors);
        using JsonDocument doctor = JsonDocument.Parse(ended.Output);
        JsonElement[] rows = [.. doctor.RootElement.GetProperty("trust").EnumerateArray()];
        JsonElement faults = rows.Single(row => row.GetProperty("counter").GetString() == "vmstat.pgfault");
        Assert.Equal("trusted", faults.GetProperty("verdict").GetString());
        Assert.True(faults.GetProperty("probe").GetProperty("passed").GetBoolean());
        Assert.Contains(rows, row => row.GetProperty("counter").GetString() == "interrupts.TLB");
        Assert.All(rows.Where(row => row.GetProperty("verdict").GetString() is "untrusted" or "unsupported"),
            row => Assert.NotEmpty(row.GetProperty("why").GetString()!));
    }

    [Fact]
    public void The_table_is_printed_below_the_findings()
    {
        Ended ended = line.Run("doctor");
        Assert.Matches(@"(?s)\ntrust in the counters\n.*\n  vmstat\.pgfault .* trusted\n.*fresh pages touched on CPU", ended.Output);
    }
}
