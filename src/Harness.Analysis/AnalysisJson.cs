using System.Text.Json;
using System.Text.Json.Serialization;

namespace Harness.Analysis;

/// <summary>
/// The objects that <c>compare --json</c>, <c>validate --json</c> and <c>run --aa --json</c> print. Names and order are documented and stay;
/// further ones are only added at an object's end. A number that does not exist is <c>null</c>, never left out; words that explain are left
/// out when there are none.
/// </summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(Comparison))]
[JsonSerializable(typeof(Validation))]
[JsonSerializable(typeof(NoiseFloor))]
public sealed partial class AnalysisJson : JsonSerializerContext
{
    /// <summary>The object of <c>compare --json</c>.</summary>
    public static string Write(Comparison comparison) => JsonSerializer.Serialize(comparison, Default.Comparison);

    /// <summary>The object of <c>validate --json</c>.</summary>
    public static string Write(Validation validation) => JsonSerializer.Serialize(validation, Default.Validation);

    /// <summary>The object of <c>run --aa --json</c>.</summary>
    public static string Write(NoiseFloor floor) => JsonSerializer.Serialize(floor, Default.NoiseFloor);
}
