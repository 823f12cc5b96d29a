using Harness.Records;
using Harness.Targets.Vm;

namespace Harness.Targets.Tests;

[Collection("vm")]
public sealed class VmProbeSetTests : IDisposable
{
    private readonly VmBed bed = new();

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public async Task Explore(string version)
    {
        foreach (string program in new[] { "llama-stream", "migrate-pingpong" })
            File.Copy(Path.Combine(Folders.FromEnvironment().Programs, program), Path.Combine(bed.Folders.Programs, program));
        using StreamReader script = new(typeof(VmProbeSetTests).Assembly.GetManifestResourceStream("probes.sh")!);
        await using VmTarget target = await bed.OpenAsync(version, bed.Options with { Machine = VmBed.TwoTiers with { DiskMiB = 640 } });
        RunRecord record = await target.RunAsync(VmBed.Shell(await script.ReadToEndAsync(), 240), bed.Logs, CancellationToken.None);
        foreach (string log in Directory.GetFiles(bed.Logs)) File.Copy(log, $"/tmp/x/i7/s/log-{version}", true);
    }

    public void Dispose() => bed.Dispose();
}
