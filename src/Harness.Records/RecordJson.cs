using System.Text.Json;
using System.Text.Json.Serialization;

namespace Harness.Records;

/// <summary>
/// The one JSON form of requests and records: camel case, no reflection (it also runs trimmed inside a guest). <see cref="Write{T}"/> gives
/// a single line, as the guest's channel needs it; <see cref="WriteIndented{T}"/> is for files people open.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RunRequest))]
[JsonSerializable(typeof(RunRecord))]
[JsonSerializable(typeof(HostDescription))]
[JsonSerializable(typeof(MachineShape))]
[JsonSerializable(typeof(Manifest))]
[JsonSerializable(typeof(SessionCost))]
[JsonSerializable(typeof(ScaledResult))]
[JsonSerializable(typeof(StateHeader))]
[JsonSerializable(typeof(FittedConstants))]
[JsonSerializable(typeof(ReplayResult))]
public sealed partial class RecordJson : JsonSerializerContext
{
    private static readonly RecordJson Compact = new(Settings(indented: false));
    private static readonly RecordJson Indented = new(Settings(indented: true));

    /// <summary>The value as one line of JSON.</summary>
    public static string Write<T>(T value) => JsonSerializer.Serialize(value, typeof(T), Compact);

    /// <summary>The value as indented JSON.</summary>
    public static string WriteIndented<T>(T value) => JsonSerializer.Serialize(value, typeof(T), Indented);

    private static JsonSerializerOptions Settings(bool indented) => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = indented,
        RespectNullableAnnotations = true,
    };

    /// <summary>Reads a value.</summary>
    /// <param name="json">The text.</param>
    /// <param name="where">Where it came from, for the message.</param>
    /// <exception cref="UsageException">The text is not a valid value of that type, or was written by a newer version.</exception>
    public static T Read<T>(string json, string where)
    {
        try
        {
            T value = (T?)JsonSerializer.Deserialize(json, typeof(T), Compact)
                ?? throw new UsageException($"{where}: holds null where a {typeof(T).Name} was expected");
            return RecordCheck.Problem(value) is { } problem ? throw new UsageException($"{where}: {problem}") : value;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)    // the latter: half a surrogate pair
        {
            throw new UsageException($"{where}: not a valid {typeof(T).Name}: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }
}
