using Harness.Records;

namespace Harness.Targets.Kernels;

/// <summary>A bootable kernel.</summary>
/// <param name="Image">Full path of the bzImage.</param>
/// <param name="Modules">Folder below which its modules lie, or null when there are none.</param>
public sealed record Kernel(string Image, string? Modules)
{
    /// <summary>Offset of the boot protocol's magic number in a bzImage (Documentation/arch/x86/boot.rst).</summary>
    private const int MagicOffset = 0x202;

    /// <summary>A kernel from a file of the user's.</summary>
    /// <param name="image">The bzImage.</param>
    /// <param name="modules">Its modules folder (as <c>make modules_install INSTALL_MOD_PATH=…</c> leaves it), or null.</param>
    /// <exception cref="UsageException">The file is not there or is no bzImage, or the folder is not there.</exception>
    public static Kernel FromFile(string image, string? modules)
    {
        string path = Path.GetFullPath(image);
        if (!File.Exists(path)) throw new UsageException($"vm:{image}: no such file; give the path of a bzImage");
        if (!HasMagic(path))
            throw new UsageException($"vm:{image}: not a bzImage (no x86 boot header); a build leaves it at arch/x86/boot/bzImage");
        if (modules is not null && !Directory.Exists(modules))
            throw new UsageException($"vm:{image}: modules folder {modules} is not there");
        return new Kernel(path, modules);
    }

    private static bool HasMagic(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            byte[] magic = new byte[4];
            file.Seek(MagicOffset, SeekOrigin.Begin);
            return file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) == magic.Length
                && magic.AsSpan().SequenceEqual("HdrS"u8);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"vm:{path}: {e.Message}", e);
        }
    }
}
