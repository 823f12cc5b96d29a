using Harness.Records;
using Harness.Targets.Kernels;

namespace Harness.Targets.Tests;

/// <summary>Is the kernel taken from the cache, resolved as each release names it, and never half there? apt is played by scripts.</summary>
public sealed class KernelPackagesTests : IDisposable
{
    // As apt-cache show prints them, shortened to the fields that matter.
    private const string Debian12 = """
        Package: linux-image-cloud-amd64
        Version: 6.1.192-2
        Provides: linux-latest-modules-6.1.0-56-cloud-amd64, wireguard-modules (= 1.0.0)
        Depends: linux-image-6.1.0-56-cloud-amd64 (= 6.1.192-2)
        """;

    private const string Debian12Backport = """
        Package: linux-image-6.12-cloud-amd64
        Version: 6.12.117-1~deb12u1
        Depends: linux-image-6.12.117+deb12-cloud-amd64 (= 6.12.117-1~deb12u1)
        """;

    private const string Debian13 = """
        Package: linux-image-cloud-amd64
        Version: 6.12.48-1
        Depends: linux-image-6.12.48+deb13-cloud-amd64 (= 6.12.48-1) | linux-image-6.12.48+deb13-cloud-amd64-unsigned
        """;

    private readonly DirectoryInfo scratch = Directory.CreateTempSubdirectory("harness-kernels-");
    private readonly Folders folders;

    public KernelPackagesTests()
    {
        folders = Folders.FromEnvironment() with { Cache = Path.Combine(scratch.FullName, "cache") };
        Directory.CreateDirectory(Programs);
    }

    private string Programs => Path.Combine(scratch.FullName, "bin");

    private KernelPackages Packages => new(folders, Programs);

    [Theory]
    [InlineData(Debian12, "6.1", "linux-image-6.1.0-56-cloud-amd64")]
    [InlineData(Debian12, "6.12", null)]
    [InlineData(Debian12Backport, "6.12", "linux-image-6.12.117+deb12-cloud-amd64")]
    [InlineData(Debian12Backport, "6.1", null)]
    [InlineData(Debian13, "6.12", "linux-image-6.12.48+deb13-cloud-amd64")]
    [InlineData(Debian13, "6.1", null)]
    [InlineData("", "6.1", null)]
    [InlineData("Depends: linux-image-../../etc-cloud-amd64", "6.1", null)]
    public void The_image_is_what_the_meta_package_depends_on(string shown, string version, string? image) =>
        Assert.Equal(image, AptPackages.ImageIn(shown, version));

    [Fact]
    public async Task A_cached_kernel_needs_no_apt_and_the_newest_is_taken()
    {
        Cached("linux-image-6.1.0-9-cloud-amd64");
        string newest = Cached("linux-image-6.1.0-56-cloud-amd64");
        Cached("linux-image-6.12.117+deb12-cloud-amd64");
        Directory.CreateDirectory(Path.Combine(folders.Cache, "kernels", "linux-image-6.1.0-99-cloud-amd64", "boot"));
        Directory.CreateDirectory(Path.Combine(folders.Cache, "kernels", ".partial-1"));

        Assert.Equal(newest, (await Packages.FindAsync("6.1", null, CancellationToken.None)).Image);
        Assert.Equal(["6.1", "6.1", "6.12"], Packages.ListCached().Select(cached => cached.Version));
    }

    [Fact]
    public async Task A_version_nobody_has_is_answered_with_the_list()
    {
        UsageException refused = await Assert.ThrowsAsync<UsageException>(() => Packages.FindAsync("5.4", null, CancellationToken.None));
        Assert.Contains("vm:6.1, vm:6.12, vm:/path/to/bzImage", refused.Message);
    }

    [Fact]
    public async Task Without_apt_the_way_out_is_named() => Assert.Contains("no apt-cache", await RefusedAsync());

    [Fact]
    public async Task Another_distributions_lists_are_said_not_to_have_it()
    {
        Script("apt-cache", "echo 'E: No packages found' >&2; exit 100");
        Assert.Contains("package lists have no Debian cloud kernel 6.1", await RefusedAsync());
    }

    [Fact]
    public async Task No_network_is_one_line_with_apts_reason_and_leaves_nothing_behind()
    {
        Script("apt-cache", $"echo '{Debian12}'");
        Script("apt-get", "echo partial >linux-image-6.1.0-56-cloud-amd64.deb.part; echo \"E: Failed to fetch x  Temporary failure resolving 'deb'\" >&2; exit 100");
        string message = await RefusedAsync();
        Assert.Contains("Failed to fetch x  Temporary failure resolving 'deb'", message);
        Assert.DoesNotContain('\n', message);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(folders.Cache, "kernels")));
    }

    [Fact]
    public async Task A_package_that_apt_cannot_authenticate_is_refused()
    {
        Script("apt-cache", $"echo '{Debian12}'");
        Script("apt-get", ": >x.deb; echo 'WARNING: The following packages cannot be authenticated!' >&2");
        Assert.Contains("cannot be authenticated", await RefusedAsync());
    }

    [Fact]
    public async Task A_package_that_does_not_unpack_is_refused()
    {
        Script("apt-cache", $"echo '{Debian12}'");
        Script("apt-get", ": >x.deb");
        Script("dpkg-deb", "echo 'dpkg-deb: error: not a Debian format archive' >&2; exit 2");
        Assert.Contains("does not unpack (dpkg-deb: error: not a Debian format archive)", await RefusedAsync());
    }

    [Fact]
    public async Task A_download_is_unpacked_into_the_cache_and_found_there()
    {
        Script("apt-cache", $"echo '{Debian12}'");
        Script("apt-get", ": >x.deb");
        Script("dpkg-deb", "mkdir -p \"$4/boot\" \"$4/lib/modules\"; echo kernel >\"$4/boot/vmlinuz-6.1.0-56-cloud-amd64\"");
        Kernel kernel = await Packages.FindAsync("6.1", null, CancellationToken.None);
        Assert.Equal("kernel\n", await File.ReadAllTextAsync(kernel.Image));
        Assert.Equal(["linux-image-6.1.0-56-cloud-amd64"], Packages.ListCached().Select(cached => cached.Package));
        Assert.Equal(["linux-image-6.1.0-56-cloud-amd64"], Directory.GetFileSystemEntries(Path.Combine(folders.Cache, "kernels")).Select(Path.GetFileName));
    }

    [Fact]
    public void A_file_that_is_no_bzImage_is_refused()
    {
        string file = Path.Combine(scratch.FullName, "vmlinux");
        File.WriteAllBytes(file, [0x7f, (byte)'E', (byte)'L', (byte)'F']);
        Assert.Contains("not a bzImage", Assert.Throws<UsageException>(() => Kernel.FromFile(file, null)).Message);
        Assert.Contains("no such file", Assert.Throws<UsageException>(() => Kernel.FromFile("/nonexistent/bzImage", null)).Message);
    }

    public void Dispose() => scratch.Delete(recursive: true);

    private async Task<string> RefusedAsync() =>
        (await Assert.ThrowsAsync<HostCannotException>(() => Packages.FindAsync("6.1", null, CancellationToken.None))).Message;

    private string Cached(string package)
    {
        string boot = Directory.CreateDirectory(Path.Combine(folders.Cache, "kernels", package, "boot")).FullName;
        string image = Path.Combine(boot, package.Replace("linux-image", "vmlinuz"));
        File.WriteAllText(image, "");
        return image;
    }

    private void Script(string name, string commands)
    {
        string path = Path.Combine(Programs, name);
        File.WriteAllText(path, $"#!/bin/sh\n{commands}\n");
        File.SetUnixFileMode(path, (UnixFileMode)0x1ED);
    }
}
