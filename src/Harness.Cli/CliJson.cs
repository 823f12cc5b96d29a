using System.Text.Json;
using System.Text.Json.Serialization;

namespace Harness.Cli;

/// <summary>Prints the one object that <c>--json</c> promises, for the verbs whose object is put together here.</summary>
internal static class CliJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
    };

    public static void Print(object value) => Console.Out.WriteLine(JsonSerializer.Serialize(value, Options));
}
