namespace Harness.Store;

/// <summary>
/// What a packed session may be at most, so that a hostile file fills neither memory nor disk; and the names it may hold. Assumed: the
/// largest session kept so far has 60 files and 4 MB.
/// </summary>
internal static class PackageLimits
{
    /// <summary>Entries.</summary>
    public const int Entries = 10_000;

    /// <summary>Bytes of the package.</summary>
    public const long PackedBytes = 512L << 20;

    /// <summary>Bytes of all files together, unpacked.</summary>
    public const long UnpackedBytes = 2L << 30;

    /// <summary>Bytes of a file that is read into memory: the list of files, a manifest, a record.</summary>
    public const int JsonBytes = 64 << 20;

    /// <summary>Characters of a file's name or a session's id; Linux takes 255 bytes.</summary>
    private const int NameLength = 200;

    /// <summary>The folders of a session.</summary>
    public static readonly IReadOnlyList<string> Folders = ["runs", "predictions", "logs"];

    /// <summary>The files beside them.</summary>
    public static readonly IReadOnlyList<string> Files = ["manifest.json", "own-cost.json"];

    /// <summary>
    /// True for a file that a session's folder has: one of <see cref="Files"/>, or a plain name in one of <see cref="Folders"/>.
    /// </summary>
    public static bool IsFile(string name) =>
        Files.Contains(name) || (name.Split('/') is [var folder, var file] && Folders.Contains(folder) && IsName(file));

    /// <summary>True for a name that is no path, hidden or too long, and that a terminal prints as it stands.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= NameLength && name[0] is not ('.' or '-')
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '+' or ',' or '=' or '@' or ':');
}
