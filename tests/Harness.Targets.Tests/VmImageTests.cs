using System.Text;
using Harness.Records;
using Harness.Targets.Images;

namespace Harness.Targets.Tests;

/// <summary>Can others read the archive, and is the image built when and only when its inputs changed?</summary>
public sealed class VmImageTests : IDisposable
{
    private readonly VmBed bed = new();

    [Fact]
    public async Task Another_cpio_unpacks_what_was_written()
    {
        string folder = Directory.CreateDirectory(Path.Combine(bed.Folders.Home, "unpacked")).FullName;
        string archive = Path.Combine(bed.Folders.Home, "test.cpio");
        byte[] odd = [.. Enumerable.Range(0, 1001).Select(value => (byte)value)];
        using (FileStream file = File.Create(archive))
        using (CpioWriter writer = new(file))
        {
            writer.AddFile("a/b/odd", odd);
            writer.AddFile("a/empty", []);
            writer.AddFile("ab", "text"u8);
            writer.AddFolder("proc");
        }
        string busybox = Path.Combine(bed.Folders.Programs, "busybox");
        Printed listed = await HostProgram.RunAsync(busybox, ["cpio", "-t", "-F", archive], null, CancellationToken.None);
        Assert.Equal("a\na/b\na/b/odd\na/empty\nab\nproc\n", Encoding.UTF8.GetString(listed.Output));
        Printed unpacked = await HostProgram.RunAsync(busybox, ["cpio", "-i", "-F", archive], folder, CancellationToken.None);
        Assert.Equal(0, unpacked.ExitCode);
        Assert.Equal(odd, await File.ReadAllBytesAsync(Path.Combine(folder, "a/b/odd")));
        Assert.Empty(await File.ReadAllBytesAsync(Path.Combine(folder, "a/empty")));
        Assert.Equal("text", await File.ReadAllTextAsync(Path.Combine(folder, "ab")));
        Assert.True(File.GetUnixFileMode(Path.Combine(folder, "ab")).HasFlag(UnixFileMode.OtherExecute));
    }

    [Fact]
    public void An_image_is_reused_until_a_program_changes()
    {
        Folders folders = bed.Folders with { Cache = Path.Combine(bed.Folders.Home, "cache") };
        string first = GuestImage.Build(folders, bed.Options.AgentFolder, [], HostProgram.SearchPath);
        File.WriteAllText(first, "this very file");
        Assert.Equal(first, GuestImage.Build(folders, bed.Options.AgentFolder, [], HostProgram.SearchPath));
        Assert.Equal("this very file", File.ReadAllText(first));

        File.WriteAllText(Path.Combine(folders.Programs, "another"), "program");
        string second = GuestImage.Build(folders, bed.Options.AgentFolder, [], HostProgram.SearchPath);
        Assert.NotEqual(first, second);
        Assert.Equal(new[] { first, second }.Order(), Directory.GetFiles(Path.GetDirectoryName(first)!).Order());
    }

    [Fact]
    public void An_agent_that_was_not_published_is_said_to_be_missing()
    {
        HostCannotException refused = Assert.Throws<HostCannotException>(() => GuestImage.Build(bed.Folders, "/nonexistent", [], HostProgram.SearchPath));
        Assert.Contains("dotnet publish src/Harness.Agent", refused.Message);
    }

    [Fact]
    public async Task A_machine_larger_than_this_host_is_refused()
    {
        MachineShape huge = new() { Nodes = [new NodeShape { MemoryMiB = int.MaxValue, Cpus = 1, LatencyNs = 80, BandwidthMiBps = 1024 }] };
        HostCannotException refused = await Assert.ThrowsAsync<HostCannotException>(() => bed.OpenAsync("6.1", bed.Options with { Machine = huge }));
        Assert.Contains("2147483647 MiB", refused.Message);
    }

    public void Dispose() => bed.Dispose();
}
