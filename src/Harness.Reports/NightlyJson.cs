using System.Text.Json;
using System.Text.Json.Serialization;

namespace Harness.Reports;

/// <summary>
/// The object of <c>nightly --json</c>. Names and order are documented and stay; further ones are only added at an object's end. What does
/// not
/// exist is <c>null</c>, never left out.
/// </summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(NightlyReport))]
public sealed partial class NightlyJson : JsonSerializerContext
{
    /// <summary>The object as text.</summary>
    public static string Write(NightlyReport report) => JsonSerializer.Serialize(report, Default.NightlyReport);
}
