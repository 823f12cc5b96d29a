using System.Diagnostics;
using System.Globalization;
using Harness.Host.Proc;
using Harness.Records;
using Harness.Targets.Vm;

namespace Harness.Targets.Tests;

/// <summary>Is QEMU there exactly as long as the harness wants it?</summary>
[Collection("vm")]
public sealed class VmProcessTests
{
    private static readonly string[] NoMachine = ["-nodefaults", "-no-user-config", "-display", "none", "-M", "none"];

    [Fact]
    public async Task QEMU_goes_with_a_harness_that_is_killed()
    {
        ProcessStartInfo start = new("dotnet", [typeof(VmProcessTests).Assembly.Location]) { RedirectStandardOutput = true };
        using Process harness = Process.Start(start)!;
        int id = int.Parse((await harness.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
        using Process emulator = Process.GetProcessById(id);
        Assert.False(emulator.HasExited);

        harness.Kill();
        await emulator.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token);
    }

    [Fact]
    public async Task QEMU_outlives_the_thread_that_asked_for_it()
    {
        TaskCompletionSource<Task<Emulator>> asked = new();
        Thread thread = new(() => asked.SetResult(Emulator.StartAsync(SearchPath.Own, NoMachine)));
        thread.Start();
        await using Emulator emulator = await await asked.Task;
        thread.Join();
        await Assert.ThrowsAsync<TimeoutException>(() => emulator.Exited.WaitAsync(TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task What_QEMU_complains_of_is_kept()
    {
        await using Emulator emulator = await Emulator.StartAsync(SearchPath.Own, ["-no-such-option"]);
        Assert.Equal(1, await emulator.Exited);
        Assert.Contains("no-such-option", emulator.Errors);
    }

    [Fact]
    public async Task Without_QEMU_the_package_is_named()
    {
        HostCannotException refused = await Assert.ThrowsAsync<HostCannotException>(() => Emulator.StartAsync("/nonexistent", NoMachine));
        Assert.Contains("util-linux", refused.Message);
        Assert.Contains("qemu-system-x86", Assert.Throws<HostCannotException>(() => HostProgram.Require(Emulator.Program, Emulator.Package, "/nonexistent")).Message);
    }
}
