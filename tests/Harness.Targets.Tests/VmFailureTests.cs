using System.Diagnostics;
using Harness.Records;
using Harness.Targets.Kernels;
using Harness.Targets.Vm;

namespace Harness.Targets.Tests;

/// <summary>Does each way a guest can fail end in its own named failure, with the console kept?</summary>
[Collection("vm")]
public sealed class VmFailureTests : IDisposable
{
    private readonly VmBed bed = new();

    [Fact]
    public async Task A_panic_is_named_with_the_console_kept_and_the_next_run_has_a_new_guest()
    {
        await using VmTarget target = await bed.OpenAsync("6.12");
        RunFailedException failure = await bed.FailAsync(target, "echo c >/proc/sysrq-trigger");
        Assert.Equal(FailureKind.GuestPanic, failure.Kind);
        Assert.Contains("sysrq triggered crash", failure.Message);
        Assert.Contains("Kernel panic", await File.ReadAllTextAsync(failure.Log!));

        await target.RunAsync(VmBed.Shell("echo '{}'"), bed.Logs, CancellationToken.None);
        Assert.Equal(2, Directory.GetFiles(bed.Logs).Length);
    }

    [Fact]
    public async Task A_workload_that_never_ends_is_a_timeout()
    {
        await using VmTarget target = await bed.OpenAsync("6.1");
        RunFailedException failure = await bed.FailAsync(target, "busybox sleep 1000", seconds: 1);
        Assert.Equal(FailureKind.Timeout, failure.Kind);
        Assert.Contains("deadline of 1 s", failure.Message);
    }

    [Fact]
    public async Task A_guest_that_stops_answering_is_a_hang()
    {
        await using VmTarget target = await bed.OpenAsync("6.1", bed.Options with { AnswerMarginSeconds = 1 });
        // The shell's parent is the agent.
        RunFailedException failure = await bed.FailAsync(target, "kill -STOP $PPID; busybox sleep 1000", seconds: 4);
        Assert.Equal(FailureKind.GuestHang, failure.Kind);
        Assert.Contains("no answer from the guest within 5 s", failure.Message);
    }

    [Fact]
    public async Task A_workload_that_takes_all_memory_is_out_of_memory()
    {
        MachineShape small = new() { Nodes = [new NodeShape { MemoryMiB = 256, Cpus = 1, LatencyNs = 80, BandwidthMiBps = 10240 }] };
        await using VmTarget target = await bed.OpenAsync("6.1", bed.Options with { Machine = small });
        RunFailedException failure = await bed.FailAsync(target, "busybox tail /dev/zero");
        Assert.Equal(FailureKind.OutOfMemory, failure.Kind);
        Assert.Contains("Killed process", await File.ReadAllTextAsync(failure.Log!));
    }

    [Fact]
    public async Task A_module_that_is_not_there_is_named_before_anything_boots()
    {
        RunFailedException failure = await Assert.ThrowsAsync<RunFailedException>(() => bed.OpenAsync("6.12", bed.Options with { Modules = ["no-such-thing"] }));
        Assert.Equal(FailureKind.MissingModule, failure.Kind);
        Assert.Contains("module no_such_thing is not in", failure.Message);
    }

    [Fact]
    public async Task A_module_of_another_kernel_does_not_load_and_is_named()
    {
        Kernel mixed = (await VmBed.KernelAsync("6.1")) with { Modules = (await VmBed.KernelAsync("6.12")).Modules };
        await using VmTarget target = await VmTarget.OpenAsync("vm:mixed", mixed, bed.Options with { Modules = ["loop"] }, bed.Folders, null, CancellationToken.None);
        RunFailedException failure = await bed.FailAsync(target, "echo '{}'");
        Assert.Equal(FailureKind.MissingModule, failure.Kind);
        Assert.Contains("module loop.ko does not load", failure.Message);
    }

    [Fact]
    public async Task A_QEMU_killed_from_outside_is_named()
    {
        await using VmTarget target = await bed.OpenAsync("6.1");
        await target.RunAsync(VmBed.Shell("echo '{}'"), bed.Logs, CancellationToken.None);
        using Process emulator = Process.GetProcessById(target.Guest!.EmulatorId);
        Task<RunFailedException> run = bed.FailAsync(target, "busybox sleep 1000");
        emulator.Kill();
        RunFailedException failure = await run;
        Assert.Equal(FailureKind.EmulatorDied, failure.Kind);
        Assert.Contains("QEMU left with exit code 137", failure.Message);
    }

    [Fact]
    public async Task A_run_that_is_cancelled_ends_at_once()
    {
        await using VmTarget target = await bed.OpenAsync("6.1");
        await target.RunAsync(VmBed.Shell("echo '{}'"), bed.Logs, CancellationToken.None);
        using CancellationTokenSource cancel = new();
        Task<RunRecord> run = target.RunAsync(VmBed.Shell("busybox sleep 1000"), bed.Logs, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Null(target.Guest);
    }

    [Fact]
    public async Task A_kernel_that_never_reaches_init_is_tried_as_often_as_allowed()
    {
        string image = Path.Combine(bed.Folders.Home, "bzImage");
        byte[] bytes = await File.ReadAllBytesAsync((await VmBed.KernelAsync("6.1")).Image);
        // Everything after the real-mode part: the boot header is believed, the kernel is noise.
        Random noise = new(1);
        noise.NextBytes(bytes.AsSpan(64 << 10));
        await File.WriteAllBytesAsync(image, bytes);
        List<string> said = [];
        VmOptions options = bed.Options with { BootTries = 2, BootDeadlineSeconds = 2 };
        await using VmTarget target = await VmTarget.OpenAsync("vm:noise", Kernel.FromFile(image, null), options, bed.Folders, new Told(said), CancellationToken.None);
        RunFailedException failure = await bed.FailAsync(target, "echo '{}'");
        Assert.True(failure.Kind is FailureKind.BootTimeout or FailureKind.EmulatorDied, failure.Message);
        Assert.Contains(said, line => line.EndsWith("try 2", StringComparison.Ordinal));
        Assert.Equal(2, Directory.GetFiles(bed.Logs).Length);
    }

    public void Dispose() => bed.Dispose();

    private sealed class Told(List<string> lines) : IProgress<string>
    {
        public void Report(string value) => lines.Add(value);
    }
}
