using Harness.Records;
using Harness.Targets.Kernels;
using Harness.Targets.Vm;

namespace Harness.Targets.Tests;

/// <summary>Tests that boot kernels share two cores: one at a time.</summary>
[CollectionDefinition("vm", DisableParallelization = true)]
public sealed class VmTests;

/// <summary>
/// Folders, a small machine and requests for tests that boot real kernels; the workload is busybox's shell. At the end no QEMU that logs into
/// its folder may be left.
/// </summary>
public sealed class VmBed : IDisposable
{
    private readonly DirectoryInfo scratch = Directory.CreateTempSubdirectory("harness-vm-");

    public VmBed()
    {
        Folders = Folders.FromEnvironment() with
        {
            Home = scratch.FullName,
            Programs = Directory.CreateDirectory(Path.Combine(scratch.FullName, "programs")).FullName,
        };
        File.Copy(HostProgram.Require("busybox", "busybox-static", HostProgram.SearchPath), Path.Combine(Folders.Programs, "busybox"));
    }

    public Folders Folders { get; }

    public string Logs => Path.Combine(scratch.FullName, "logs");

    /// <summary>Two CPUs with 384 MiB and a slower node of 128 MiB without CPUs.</summary>
    public static MachineShape TwoTiers { get; } = new()
    {
        Nodes =
        [
            new NodeShape { MemoryMiB = 384, Cpus = 2, LatencyNs = 80, BandwidthMiBps = 10240 },
            new NodeShape { MemoryMiB = 128, Cpus = 0, LatencyNs = 240, BandwidthMiBps = 2048 },
        ],
    };

    public VmOptions Options => VmOptions.For(TwoTiers, Folders);

    public static Task<Kernel> KernelAsync(string version) => new KernelPackages(Folders.FromEnvironment()).FindAsync(version, null, CancellationToken.None);

    public async Task<VmTarget> OpenAsync(string version, VmOptions? options = null) =>
        await VmTarget.OpenAsync($"vm:{version}", await KernelAsync(version), options ?? Options, Folders, null, CancellationToken.None);

    /// <summary>A run of shell commands, which print a result object.</summary>
    public static RunRequest Shell(string commands, double seconds = 60) => new()
    {
        Session = "test",
        Plan = "test",
        Arm = "only",
        Pair = 0,
        Sequence = 0,
        Seed = 1,
        Workload = "shell",
        Parameters = new Dictionary<string, string>(),
        Command = new WorkloadCommand { Program = "busybox", Arguments = ["sh", "-c", commands] },
        MetricUnits = new Dictionary<string, string>(),
        DeadlineSeconds = seconds,
    };

    /// <summary>Runs commands that must fail, and gives the failure.</summary>
    public async Task<RunFailedException> FailAsync(VmTarget target, string commands, double seconds = 60) =>
        await Assert.ThrowsAsync<RunFailedException>(() => target.RunAsync(Shell(commands, seconds), Logs, CancellationToken.None));

    public void Dispose()
    {
        string[] left = [.. Emulators().Where(commandLine => commandLine.Contains(scratch.FullName, StringComparison.Ordinal))];
        scratch.Delete(recursive: true);
        Assert.Empty(left);
    }

    private static IEnumerable<string> Emulators()
    {
        foreach (string process in Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _)))
        {
            string commandLine;
            try
            {
                commandLine = File.ReadAllText(Path.Combine(process, "cmdline"));
            }
            catch (IOException)
            {
                continue;
            }
            if (commandLine.Contains("qemu", StringComparison.Ordinal)) yield return commandLine;
        }
    }
}
