using System.Text.Json;
using System.Text.Json.Serialization;
using Harness.Records;

namespace Harness.Store;

/// <summary>One file of a packed session.</summary>
/// <param name="Name">Its name inside the session's folder: <c>runs/000-before.json</c>.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its digest in lower-case hexadecimal.</param>
internal sealed record PackedFile(string Name, long Bytes, string Sha256);

/// <summary>What a session's package says of itself: its last entry, <c>harness-session.json</c>.</summary>
internal sealed record PackageHeader
{
    /// <summary>The entry's name.</summary>
    public const string EntryName = "harness-session.json";

    /// <summary>The format's current version. Raised when a reader of the old one would misread the new one.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Version of the format the package was written in.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>The session's id.</summary>
    public required string Session { get; init; }

    /// <summary>All other entries.</summary>
    public required IReadOnlyList<PackedFile> Files { get; init; }

    /// <summary>As JSON.</summary>
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, PackageJson.Default.PackageHeader);

    /// <summary>Reads it.</summary>
    /// <exception cref="UsageException">It is none, or a newer one.</exception>
    public static PackageHeader Read(ReadOnlySpan<byte> json, string where)
    {
        try
        {
            PackageHeader header = JsonSerializer.Deserialize(json, PackageJson.Default.PackageHeader)
                ?? throw new JsonException("it is null");
            if (header.Version > CurrentVersion)
            {
                throw new UsageException(
                    $"{where}: was packed by a newer Harness (format {header.Version}, this one knows {CurrentVersion}); import it with that one");
            }
            if (header.Files.Contains(null!)) throw new JsonException("a list holds null");
            return header;
        }
        catch (JsonException e)
        {
            throw new UsageException($"{where}: its list of files cannot be read: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }
}

/// <summary>The JSON form: camel case, no reflection, nothing that must be there left out or null.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(PackageHeader))]
internal sealed partial class PackageJson : JsonSerializerContext;
