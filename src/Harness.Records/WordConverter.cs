using System.Text.Json;
using System.Text.Json.Serialization;

namespace Harness.Records;

/// <summary>Writes an enum as the lower-case word a reader types: <c>guest-panic</c>, <c>measured</c>. Numbers are refused.</summary>
public sealed class WordConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
