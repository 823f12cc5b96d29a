using System.Globalization;
using System.Text;

namespace Harness.Targets.Images;

/// <summary>
/// Writes a cpio archive in the "newc" format that a kernel takes as its initramfs (kernel documentation, "initramfs buffer format"):
/// per entry a head of 110 ASCII bytes, the name with its NUL padded to 4 bytes, the content padded to 4 bytes. Every entry belongs to root
/// and has no time, so that the same inputs give the same bytes.
/// </summary>
internal sealed class CpioWriter(Stream output) : IDisposable
{
    private const int HeadLength = 110;
    private const uint Folder = 0x4000;
    private const uint RegularFile = 0x8000;
    private const uint CharacterDevice = 0x2000;

    private readonly HashSet<string> folders = [];
    private uint inode;
    private long written;

    /// <summary>A folder, and those above it, if they are not there yet.</summary>
    public void AddFolder(string path)
    {
        if (path.Length == 0 || !folders.Add(path)) return;
        AddFolder(Path.GetDirectoryName(path) ?? "");
        Entry(path, Folder | 0x1ED, [], links: 2);
    }

    /// <summary>A file that everybody may read and execute.</summary>
    public void AddFile(string path, ReadOnlySpan<byte> content)
    {
        AddFolder(Path.GetDirectoryName(path) ?? "");
        Entry(path, RegularFile | 0x1ED, content);
    }

    /// <summary>A character device; a kernel wants <c>dev/console</c> (5, 1) before anything is mounted.</summary>
    public void AddDevice(string path, uint major, uint minor)
    {
        AddFolder(Path.GetDirectoryName(path) ?? "");
        Entry(path, CharacterDevice | 0x180, [], major: major, minor: minor);
    }

    /// <summary>Ends the archive.</summary>
    public void Dispose() => Entry("TRAILER!!!", 0, []);

    private void Entry(string path, uint mode, ReadOnlySpan<byte> content, uint links = 1, uint major = 0, uint minor = 0)
    {
        byte[] name = Encoding.UTF8.GetBytes(path + "\0");
        ReadOnlySpan<uint> fields =
        [
            ++inode, mode, 0, 0, links, 0, checked((uint)content.Length),
            0, 0, major, minor, (uint)name.Length, 0,
        ];
        StringBuilder head = new("070701", HeadLength);
        foreach (uint field in fields) head.Append(CultureInfo.InvariantCulture, $"{field:x8}");
        Write(Encoding.ASCII.GetBytes(head.ToString()));
        Write(name);
        Pad();
        Write(content);
        Pad();
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        output.Write(bytes);
        written += bytes.Length;
    }

    private void Pad() => Write(stackalloc byte[(int)(-written & 3)]);
}
