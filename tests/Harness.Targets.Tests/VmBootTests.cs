using System.Diagnostics;
using Harness.Targets.Images;
using Harness.Targets.Kernels;
using Harness.Targets.Vm;
using Xunit.Abstractions;

namespace Harness.Targets.Tests;

public sealed class VmBootTests(ITestOutputHelper output) : IDisposable
{
    private readonly VmBed _bed = new();

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public async Task Each_kernel_boots_and_its_agent_says_which_it_is(string version)
    {
        Kernel kernel = await VmBed.KernelAsync(version);
        string image = GuestImage.Build(_bed.Folders, _bed.Options.AgentFolder, [], HostProgram.SearchPath);
        Directory.CreateDirectory(_bed.Logs);
        string log = Path.Combine(_bed.Logs, "console.log");
        long start = Stopwatch.GetTimestamp();
        await using Guest guest = await Guest.BootAsync(
            "test", _bed.Options, QemuCommand.Arguments(_bed.Options, kernel.Image, image, log, Accelerator.Tcg), new ConsoleLog(log), CancellationToken.None);
        output.WriteLine($"{Stopwatch.GetElapsedTime(start).TotalSeconds:0.00} s to hello");
        output.WriteLine(File.ReadAllText(log));
        Assert.StartsWith(version + ".", guest.Hello.KernelRelease);
    }

    public void Dispose() => _bed.Dispose();
}
