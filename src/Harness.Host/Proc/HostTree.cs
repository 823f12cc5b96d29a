namespace Harness.Host.Proc;

/// <summary>The files of a host below a folder: <c>/</c> for this one, another folder for one saved earlier.</summary>
/// <param name="root">The folder that holds <c>proc</c> and <c>sys</c>.</param>
internal sealed class HostTree(string root)
{
    private readonly FileImage image = new();

    /// <summary>True when this is the running host itself, so that what is no file (CPUID, the user, PATH) may be asked too.</summary>
    public bool IsLive => root == "/";

    /// <summary>The file's or folder's full path.</summary>
    /// <param name="path">An absolute path as the host sees it: <c>/proc/vmstat</c>.</param>
    public string PathOf(string path) => Path.Join(root, path);

    /// <summary>True when there is such a file or folder.</summary>
    public bool Has(string path) => Path.Exists(PathOf(path));

    /// <summary>The file's bytes, valid until the next call; empty when it cannot be read.</summary>
    public ReadOnlySpan<byte> Read(string path)
    {
        using var file = new ProcFile(PathOf(path));
        image.Fill(file);
        return image.Text;
    }

    /// <summary>The file's first line without blanks at its ends; null when it is missing, cut off or damaged.</summary>
    public string? FirstLine(string path) =>
        Lines.TryFirst(Read(path), out ReadOnlySpan<byte> line) ? ByteText.ToText(ByteText.Trim(line)) : null;

    /// <summary>The ids in a list file; null when it cannot be read.</summary>
    public int[]? Ids(string path) => IdList.FromFile(Read(path));
}
