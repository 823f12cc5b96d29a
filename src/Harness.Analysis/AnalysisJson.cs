using System.Text.Json;
using System.Text.Json.Serialization;

namespace Harness.Analysis;

/// <summary>
/// The objects that <c>compare --json</c>, <c>validate --json</c>, <c>run --aa --json</c>, <c>simulate --scale</c> and <c>report</c> print.
/// Names and order are documented and stay; further ones are only added at an object's end. A number that does not exist is <c>null</c>,
/// never left out; words that explain are left out when there are none.
/// </summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(Comparison))]
[JsonSerializable(typeof(Validation))]
[JsonSerializable(typeof(NoiseFloor))]
[JsonSerializable(typeof(ScaledSummary))]
[JsonSerializable(typeof(PublishedSummary))]
[JsonSerializable(typeof(ValidationMatrix))]
[JsonSerializable(typeof(Calibration))]
[JsonSerializable(typeof(PlanHistory))]
[JsonSerializable(typeof(AllNights))]
public sealed partial class AnalysisJson : JsonSerializerContext
{
    /// <summary>The object of <c>compare --json</c>.</summary>
    public static string Write(Comparison comparison) => JsonSerializer.Serialize(comparison, Default.Comparison);

    /// <summary>The object of <c>validate --json</c>.</summary>
    public static string Write(Validation validation) => JsonSerializer.Serialize(validation, Default.Validation);

    /// <summary>The object of <c>simulate --scale … --json</c>.</summary>
    public static string Write(ScaledSummary summary) => JsonSerializer.Serialize(summary, Default.ScaledSummary);

    /// <summary>The object of <c>report published --json</c>.</summary>
    public static string Write(PublishedSummary summary) => JsonSerializer.Serialize(summary, Default.PublishedSummary);

    /// <summary>The object of <c>report validation --json</c>.</summary>
    public static string Write(ValidationMatrix matrix) => JsonSerializer.Serialize(matrix, Default.ValidationMatrix);

    /// <summary>The object of <c>calibrate --json</c>.</summary>
    public static string Write(Calibration calibration) => JsonSerializer.Serialize(calibration, Default.Calibration);

    /// <summary>The object of <c>run --aa --json</c>.</summary>
    public static string Write(NoiseFloor floor) => JsonSerializer.Serialize(floor, Default.NoiseFloor);

    /// <summary>The object of <c>history trend PLAN --json</c>, and a plan's in that of <c>nightly</c>.</summary>
    public static string Write(PlanHistory history) => JsonSerializer.Serialize(history, Default.PlanHistory);

    /// <summary>The object of <c>history nights --json</c>.</summary>
    public static string Write(AllNights all) => JsonSerializer.Serialize(all, Default.AllNights);
}
