using Harness.Experiments;
using Harness.Records;
using Harness.Targets.Vm;

namespace Harness.Targets.Tests;

/// <summary>Does a guest have the disk it was promised, does llama.cpp run from it, and is it gone with the guest?</summary>
[Collection("vm")]
public sealed class VmDiskTests : IDisposable
{
    private const string Program = "llama-real";
    private const string Libraries = "llama-cpp";

    private readonly VmBed bed = new();

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public async Task A_disk_is_mounted_where_files_go_and_has_no_name_on_the_host(string version)
    {
        const string Commands = """
            busybox grep -q ' /var/tmp ext4 ' /proc/mounts || exit 9
            busybox dd if=/dev/zero of=/var/tmp/file bs=1M count=40 2>/dev/null || exit 8
            [ $(busybox stat -c %s /var/tmp/file) = 41943040 ] && echo '{}'
            """;
        await using VmTarget target = await bed.OpenAsync(version, bed.Options with { Machine = VmBed.TwoTiers with { DiskMiB = 64 } });
        await target.RunAsync(VmBed.Shell(Commands), bed.Logs, CancellationToken.None);
        string[] open = Directory.GetFiles($"/proc/{target.Guest!.EmulatorId}/fd").Select(file => new FileInfo(file).LinkTarget ?? "").ToArray();
        Assert.Contains(open, file => file.EndsWith("/disk.img (deleted)", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task Llama_decodes_in_a_guest_twice_alike()
    {
        Folders real = Folders.FromEnvironment();
        string libraries = Path.Combine(real.Programs, Libraries);
        Skip.IfNot(Directory.Exists(libraries), "llama.cpp's libraries are not installed: npm is missing");
        File.Copy(Path.Combine(real.Programs, Program), Path.Combine(bed.Folders.Programs, Program));
        Directory.CreateSymbolicLink(Path.Combine(bed.Folders.Programs, Libraries), libraries);
        VmOptions options = bed.Options with { Machine = VmBed.TwoTiers with { DiskMiB = 64 }, Libraries = Libraries };
        await using VmTarget target = await bed.OpenAsync("6.12", options);

        Workload workload = WorkloadCatalog.Load(real, Program);
        RunRequest request = VmBed.Shell("") with
        {
            Workload = Program,
            Command = new WorkloadCommand
            {
                Program = Program,
                Arguments = ["--processes=2", "--pages=1024", "--layers=3", "--tokens=2", "--handshake"],
                Handshake = true,
            },
            MetricUnits = workload.MetricUnits,
        };
        RunRecord first = await target.RunAsync(request, bed.Logs, CancellationToken.None);
        RunRecord again = await target.RunAsync(request with { Sequence = 1 }, bed.Logs, CancellationToken.None);
        Assert.NotNull(first.Checksum);
        Assert.Equal(first.Checksum, again.Checksum);
        Assert.True(first.Find("workload.eval_time")!.Value > 0);
        // the models are kept on the guest's disk between the runs, and each begins by reading them from it
        Assert.True(again.Find("vmstat.pgmajfault")!.Value > 0);
    }

    [Fact]
    public async Task Libraries_without_a_disk_are_refused()
    {
        UsageException refused = await Assert.ThrowsAsync<UsageException>(() => bed.OpenAsync("6.12", bed.Options with { Libraries = Libraries }));
        Assert.Contains("give the plan's machine a diskMiB", refused.Message, StringComparison.Ordinal);
    }

    public void Dispose() => bed.Dispose();
}
