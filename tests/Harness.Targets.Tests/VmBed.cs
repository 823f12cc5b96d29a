using Harness.Records;
using Harness.Targets.Kernels;
using Harness.Targets.Vm;

namespace Harness.Targets.Tests;

/// <summary>Folders, a small machine and requests for tests that boot real kernels. Workload programs are busybox's applets.</summary>
public sealed class VmBed : IDisposable
{
    private readonly DirectoryInfo _scratch = Directory.CreateTempSubdirectory("harness-vm-");

    public VmBed()
    {
        Folders real = Folders.FromEnvironment();
        Folders = real with { Home = _scratch.FullName, Programs = Directory.CreateDirectory(Path.Combine(_scratch.FullName, "programs")).FullName };
        File.Copy(HostProgram.Require("busybox", "busybox-static", HostProgram.SearchPath), Path.Combine(Folders.Programs, "busybox"));
    }

    public Folders Folders { get; }

    public string Logs => Path.Combine(_scratch.FullName, "logs");

    /// <summary>Two CPUs with 384 MiB and a slower node of 256 MiB without CPUs.</summary>
    public static MachineShape TwoNodes { get; } = new()
    {
        Nodes =
        [
            new NodeShape { MemoryMiB = 384, Cpus = 2, LatencyNs = 80, BandwidthMiBps = 10240 },
            new NodeShape { MemoryMiB = 256, Cpus = 0, LatencyNs = 240, BandwidthMiBps = 2048 },
        ],
    };

    public VmOptions Options => VmOptions.For(TwoNodes, Folders);

    public static async Task<Kernel> KernelAsync(string version) =>
        await new KernelPackages(Folders.FromEnvironment()).FindAsync(version, null, CancellationToken.None);

    public async Task<VmTarget> OpenAsync(string version, VmOptions? options = null) =>
        await VmTarget.OpenAsync($"vm:{version}", await KernelAsync(version), options ?? Options, Folders, null, CancellationToken.None);

    /// <summary>A run of a busybox applet.</summary>
    public static RunRequest Request(double seconds, params string[] arguments) => new()
    {
        Session = "test",
        Plan = "test",
        Arm = "only",
        Pair = 0,
        Sequence = 0,
        Seed = 1,
        Workload = "busybox",
        Parameters = new Dictionary<string, string>(),
        Command = new WorkloadCommand { Program = "busybox", Arguments = arguments },
        MetricUnits = new Dictionary<string, string>(),
        DeadlineSeconds = seconds,
    };

    public void Dispose() => _scratch.Delete(recursive: true);
}
