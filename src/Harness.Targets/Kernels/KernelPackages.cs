using Harness.Records;

namespace Harness.Targets.Kernels;

/// <summary>A kernel that is in the cache.</summary>
/// <param name="Version">What <c>vm:</c> calls it: <c>6.12</c>.</param>
/// <param name="Package">The Debian package it came in.</param>
/// <param name="Kernel">Its files.</param>
public sealed record CachedKernel(string Version, string Package, Kernel Kernel);

/// <summary>
/// Debian's cloud kernels, unpacked into the cache folder and never installed. One that is there is used as it is, with no network;
/// otherwise apt downloads the current one and checks its signature chain.
/// </summary>
public sealed class KernelPackages
{
    /// <summary>An unfinished download so old is a leftover of a killed session.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    /// <summary>Longest time a download may take (assumed: 35 MB at 1 Mbit/s).</summary>
    private static readonly TimeSpan DownloadDeadline = TimeSpan.FromMinutes(5);

    private readonly string cache;
    private readonly string searchPath;

    /// <summary>Kernels in the cache of these folders.</summary>
    /// <param name="folders">Their cache is used.</param>
    public KernelPackages(Folders folders)
        : this(folders, HostProgram.SearchPath)
    {
    }

    internal KernelPackages(Folders folders, string searchPath)
    {
        cache = Path.Combine(folders.Cache, "kernels");
        this.searchPath = searchPath;
    }

    /// <summary>The versions that can be asked for.</summary>
    public static IReadOnlyList<string> Versions { get; } = ["6.1", "6.12"];

    /// <summary>What is in the cache, the newest of each version last.</summary>
    public IReadOnlyList<CachedKernel> ListCached()
    {
        if (!Directory.Exists(cache)) return [];
        return
        [
            .. from folder in Directory.EnumerateDirectories(cache)
               let package = Path.GetFileName(folder)
               let version = Versions.FirstOrDefault(version => AptPackages.IsImage(package, version))
               where version is not null
               let kernel = Unpacked(folder)
               where kernel is not null
               orderby AptPackages.SortKey(package)
               select new CachedKernel(version, package, kernel),
        ];
    }

    /// <summary>The kernel of a version, from the cache or else from the package archive.</summary>
    /// <param name="version">One of <see cref="Versions"/>.</param>
    /// <param name="progress">Told before a download begins and when it is over.</param>
    /// <param name="cancel">Ends the download.</param>
    /// <exception cref="UsageException">There is no such version.</exception>
    /// <exception cref="HostCannotException">It is not in the cache and cannot be had: no apt, no network, another
    /// distribution.</exception>
    public async Task<Kernel> FindAsync(string version, IProgress<string>? progress, CancellationToken cancel)
    {
        if (!Versions.Contains(version))
        {
            throw new UsageException(
                $"vm:{version}: not one of {string.Join(", ", Versions.Select(known => $"vm:{known}"))}, vm:/path/to/bzImage");
        }
        if (ListCached().LastOrDefault(cached => cached.Version == version) is { } cached) return cached.Kernel;

        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(DownloadDeadline);
        try
        {
            return await DownloadAsync(new AptPackages(version, searchPath), progress, deadline.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new HostCannotException(
                $"vm:{version}: the kernel's download took over {DownloadDeadline.TotalMinutes:0} minutes; try a better network");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostCannotException($"vm:{version}: cannot write the kernel to {cache}: {e.Message}", e);
        }
    }

    private async Task<Kernel> DownloadAsync(AptPackages apt, IProgress<string>? progress, CancellationToken cancel)
    {
        string package = await apt.ResolveAsync(cancel);
        Directory.CreateDirectory(cache);
        foreach (string old in Directory.EnumerateDirectories(cache, ".partial-*"))
        {
            if (DateTime.UtcNow - Directory.GetLastWriteTimeUtc(old) > Abandoned) Directory.Delete(old, recursive: true);
        }
        DirectoryInfo partial = Directory.CreateDirectory(Path.Combine(cache, $".partial-{Guid.NewGuid():n}"));
        try
        {
            progress?.Report($"vm:{apt.Version}: downloading {package} (about 30 MB, once)");
            string root = await apt.UnpackAsync(package, partial.FullName, cancel);
            if (Unpacked(root) is null)
                throw new HostCannotException($"vm:{apt.Version}: {package} holds no boot/vmlinuz; {AptPackages.OwnKernel}");
            string place = Path.Combine(cache, package);
            // Renamed when it is whole, so that an interrupted download never counts; another session may have been first.
            if (!Directory.Exists(place)) Directory.Move(root, place);
            progress?.Report($"vm:{apt.Version}: {package} is in {cache}");
            return Unpacked(place)!;
        }
        finally
        {
            partial.Delete(recursive: true);
        }
    }

    private static Kernel? Unpacked(string root)
    {
        string boot = Path.Combine(root, "boot");
        string? image = Directory.Exists(boot) ? Directory.EnumerateFiles(boot, "vmlinuz-*").FirstOrDefault() : null;
        if (image is null) return null;
        string modules = Path.Combine(root, "lib", "modules");
        // Debian 13 has them below /usr.
        return new Kernel(image, Directory.Exists(modules) ? modules : Path.Combine(root, "usr", "lib", "modules"));
    }
}
