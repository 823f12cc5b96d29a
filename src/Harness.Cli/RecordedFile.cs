using System.Security.Cryptography;
using System.Text.Json.Serialization;
using Harness.Records;

namespace Harness.Cli;

/// <summary>What became of a recording's file.</summary>
[JsonConverter(typeof(WordConverter<FileState>))]
internal enum FileState
{
    /// <summary>It is there, as long as it was; where asked for, it holds the same.</summary>
    There,

    /// <summary>A file of its name is there, and is not it.</summary>
    Changed,

    /// <summary>No file of its name is there, or none that this user may read.</summary>
    Gone,
}

/// <summary>The file of a recording that is stored by path and checksum.</summary>
internal static class RecordedFile
{
    /// <summary>SHA-256 of a file in lower-case hexadecimal.</summary>
    /// <exception cref="HostCannotException">It cannot be read.</exception>
    public static async Task<string> ChecksumAsync(string path, CancellationToken cancel)
    {
        try
        {
            await using FileStream file = File.OpenRead(path);
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancel));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostCannotException($"{path} cannot be read back: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    /// <summary>Whether a stored recording's file is still what was recorded.</summary>
    /// <param name="record">The run that was recorded.</param>
    /// <param name="verify">True to compare the checksum too, where the record has one.</param>
    /// <param name="cancel">Ends the reading.</param>
    public static async Task<FileState> StateAsync(RunRecord record, bool verify, CancellationToken cancel)
    {
        // a record from elsewhere may name anything; what has a length is a plain file, which ends
        string path = record.Request.Recording?.Path ?? "";
        if (!File.Exists(path)) return FileState.Gone;
        FileInfo file = new(path);
        if (file.Length != record.Recording!.Bytes) return FileState.Changed;
        if (!verify || file.Length == 0 || record.Recording.Checksum is not { } checksum) return FileState.There;
        try
        {
            return await ChecksumAsync(file.FullName, cancel) == checksum ? FileState.There : FileState.Changed;
        }
        catch (HostCannotException)
        {
            return FileState.Gone;
        }
    }
}
