using System.Globalization;
using Harness.Records;
using Harness.Targets.Vm;

namespace Harness.Targets.Images;

/// <summary>
/// The disk of one guest: a sparse ext4 image that has no name any more once it is made, so that it is gone with the guest and the harness,
/// however they end.
/// </summary>
internal sealed class GuestDisk : IDisposable
{
    /// <summary>Its serial number, by which the guest tells it from other disks; <c>init.sh</c> mounts it.</summary>
    public const string Serial = "harness-disk";

    private const string Program = "mkfs.ext4";
    private const string Package = "e2fsprogs";

    private readonly FileStream image;

    private GuestDisk(FileStream image) => this.image = image;

    /// <summary>A path by which QEMU opens the image while this object lives.</summary>
    public string ImagePath => string.Create(
        CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/fd/{image.SafeFileHandle.DangerousGetHandle()}");

    /// <summary>Modules that a guest needs for a disk; ext4 is among what the guests' kernels have built in.</summary>
    public static IReadOnlyList<string> Modules { get; } = ["virtio_pci", "virtio_blk"];

    /// <summary>Refuses a guest whose disk this host cannot make or whose libraries it does not have.</summary>
    /// <exception cref="UsageException">There are libraries and no disk for them.</exception>
    /// <exception cref="HostCannotException">mkfs.ext4 or the libraries are missing.</exception>
    public static void Check(string name, VmOptions options, Folders folders)
    {
        if (options.Machine.DiskMiB > 0) HostProgram.Require(Program, Package, options.SearchPath);
        if (options.Libraries is not { } libraries) return;
        if (options.Machine.DiskMiB == 0)
            throw new UsageException(
                $"{name}: the workload loads libraries, which go on the guest's disk; give the plan's machine a diskMiB");
        string folder = Path.Combine(folders.Programs, libraries);
        if (!Directory.Exists(folder)) throw new HostCannotException($"{name}: {folder} is not there; ./run.sh installs it");
    }

    /// <summary>Makes the disk of a machine; null when it has none.</summary>
    /// <exception cref="HostCannotException">There is no room, or mkfs.ext4 fails.</exception>
    public static async Task<GuestDisk?> MakeAsync(VmOptions options, Folders folders, CancellationToken cancel)
    {
        if (options.Machine.DiskMiB == 0) return null;
        string folder = Path.Combine(GuestImage.Cache(folders), $"disk-{Guid.NewGuid():n}");
        try
        {
            string content = Directory.CreateDirectory(Path.Combine(folder, "content")).FullName;
            if (options.Libraries is { } libraries) Copy(Path.Combine(folders.Programs, libraries), content, libraries);
            string path = Path.Combine(folder, "disk.img");
            FileStream image = new(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            image.SetLength((long)options.Machine.DiskMiB << 20);
            try
            {
                await MakeFileSystemAsync(path, content, options.SearchPath, cancel);
                return new GuestDisk(image);
            }
            catch
            {
                await image.DisposeAsync();
                throw;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostCannotException($"vm: cannot make the guest's disk in {folder}: {e.Message}", e);
        }
        finally
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
    }

    /// <inheritdoc />
    public void Dispose() => image.Dispose();

    private static void Copy(string from, string content, string name)
    {
        string to = Directory.CreateDirectory(Path.Combine(content, "libraries", name)).FullName;
        foreach (string file in Directory.EnumerateFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }

    // Without a journal: a disk that does not outlive its guest has nothing to recover.
    private static async Task MakeFileSystemAsync(string image, string content, string searchPath, CancellationToken cancel)
    {
        string program = HostProgram.Require(Program, Package, searchPath);
        string[] arguments = ["-q", "-F", "-O", "^has_journal", "-m", "0", "-E", "root_owner=0:0", "-d", content, image];
        Printed printed = await HostProgram.RunAsync(program, arguments, folder: null, cancel);
        if (printed.ExitCode != 0) throw new HostCannotException($"vm: {program} left with {printed.ExitCode}: {printed.Error.Trim()}");
    }
}
