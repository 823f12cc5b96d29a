using Harness.Records;
using Harness.Targets.Vm;

namespace Harness.Targets.Tests;

/// <summary>Is the cause of a failure read from the console, and from this run's part of it only?</summary>
public sealed class VmConsoleTests : IDisposable
{
    private readonly string path = Path.GetTempFileName();

    [Theory]
    [InlineData("[    1.5] Kernel panic - not syncing: sysrq triggered crash", FailureKind.GuestPanic, "Kernel panic - not syncing: sysrq triggered crash")]
    [InlineData("[    1.5] Kernel panic - not syncing: System is deadlocked on memory", FailureKind.OutOfMemory, "Kernel panic - not syncing: System is deadlocked on memory")]
    [InlineData("[    9.1] Out of memory: Killed process 71 (x) total-vm:1kB", FailureKind.OutOfMemory, "Out of memory: Killed process 71 (x) total-vm:1kB")]
    [InlineData("[    9.1] Memory cgroup out of memory: Killed process 71 (x)", FailureKind.OutOfMemory, "Memory cgroup out of memory: Killed process 71 (x)")]
    [InlineData("harness-init: module loop.ko does not load", FailureKind.MissingModule, "module loop.ko does not load")]
    [InlineData("harness-agent: /dev/ttyS1: gone\nharness-init: agent left with 3", FailureKind.EmulatorDied, "agent left with 3: harness-agent: /dev/ttyS1: gone")]
    public void A_line_tells_the_failure(string text, FailureKind kind, string line)
    {
        File.WriteAllText(path, $"harness-init: started\r\n{text}\r\n");
        Assert.Equal((kind, line), new ConsoleLog(path).Diagnose());
    }

    [Fact]
    public void What_an_earlier_run_left_there_is_not_this_ones()
    {
        File.WriteAllText(path, "harness-init: started\nOut of memory: Killed process 71\n");
        ConsoleLog console = new(path);
        console.BeginRun();
        Assert.Null(console.Diagnose());
        File.AppendAllText(path, "Kernel panic - not syncing: later\n");
        Assert.Equal(FailureKind.GuestPanic, console.Diagnose()!.Value.Kind);
    }

    [Fact]
    public void A_log_that_does_not_exist_or_holds_noise_tells_nothing()
    {
        File.WriteAllBytes(path, [0xff, 0, 1, 2, (byte)'\n', (byte)'[']);
        Assert.Null(new ConsoleLog(path).Diagnose());
        ConsoleLog absent = new(path + ".absent");
        absent.BeginRun();
        Assert.Null(absent.Diagnose());
        Assert.False(absent.ReachedInit);
    }

    public void Dispose() => File.Delete(path);
}
