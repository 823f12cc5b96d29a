using System.Text;
using Harness.Records;
using Harness.Targets.Kernels;

namespace Harness.Targets.Tests;

/// <summary>Are modules found by name, with what they need before them?</summary>
public sealed class KernelModuleTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("harness-modules-");

    [Fact]
    public async Task What_a_module_needs_comes_before_it_and_once()
    {
        Module("net/top.ko", "left-one,right_two");
        Module("lib/left_one.ko", "base");
        Module("lib/right-two.ko", "base");
        Module("base.ko", "");
        IReadOnlyList<KernelModule> modules = await ResolveAsync("top", "base");
        Assert.Equal(["base.ko", "left_one.ko", "right_two.ko", "top.ko"], modules.Select(module => module.FileName));
    }

    [Fact]
    public async Task A_module_that_is_built_in_is_left_out()
    {
        Module("top.ko", "");
        File.WriteAllText(Path.Combine(folder.FullName, "modules.builtin"), "kernel/drivers/virtio/virtio-pci.ko\n");
        Assert.Equal(["top.ko"], (await ResolveAsync("virtio_pci", "top")).Select(module => module.FileName));
    }

    [Fact]
    public async Task A_needed_module_that_is_not_there_is_named_with_who_needs_it()
    {
        Module("top.ko", "absent");
        RunFailedException failure = await Assert.ThrowsAsync<RunFailedException>(() => ResolveAsync("top"));
        Assert.Equal(FailureKind.MissingModule, failure.Kind);
        Assert.Contains("module absent, which top needs, is not in", failure.Message);
    }

    [Fact]
    public async Task A_compressed_module_that_does_not_unpack_is_named()
    {
        File.WriteAllText(Path.Combine(folder.FullName, "top.ko.xz"), "not xz");
        RunFailedException failure = await Assert.ThrowsAsync<RunFailedException>(() => ResolveAsync("top"));
        Assert.Contains("top.ko.xz does not unpack", failure.Message);
    }

    [Theory]
    [InlineData("depends=a,b-c\0", "a,b_c")]
    [InlineData("depends=\0", "")]
    [InlineData("", "")]
    [InlineData("depends=never ended", "")]
    [InlineData("the word depends=not a list\0license=GPL\0depends=a\0", "a")]
    public void Needs_are_read_from_whatever_bytes(string content, string names) =>
        Assert.Equal(names, string.Join(',', new KernelModule("x.ko", Encoding.Latin1.GetBytes(content)).Dependencies()));

    public void Dispose() => folder.Delete(recursive: true);

    private Task<IReadOnlyList<KernelModule>> ResolveAsync(params string[] names) =>
        KernelModule.ResolveAsync(folder.FullName, names, HostProgram.SearchPath, CancellationToken.None);

    private void Module(string path, string depends)
    {
        string file = Path.Combine(folder.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, $"\u007fELF\0license=GPL\0depends={depends}\0name=x\0");
    }
}
