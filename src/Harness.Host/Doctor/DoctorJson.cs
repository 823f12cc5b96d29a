using System.Text.Json;
using System.Text.Json.Serialization;

namespace Harness.Host.Doctor;

/// <summary>The report as indented JSON, without reflection.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DoctorReport))]
public sealed partial class DoctorJson : JsonSerializerContext
{
    /// <summary>
    /// <c>{"host":{…},"findings":[{"area","name","value","usable","why","remedy"}],
    /// "trust":[{"counter","verdict","supported","runningShare","probe":{"counter","work","least","most","seen","why","passed"},"why"}],
    /// "cpus":[…],"nodes":[…],"tiers":[…],"knobs":[…],"counters":[…]}</c>.
    /// </summary>
    public static string Write(DoctorReport report) => JsonSerializer.Serialize(report, Default.DoctorReport);
}
