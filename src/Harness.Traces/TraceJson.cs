using System.Text.Json;
using System.Text.Json.Serialization;

namespace Harness.Traces;

/// <summary>
/// The JSON in a trace file (one line, camel case) and of <c>record --inspect --json</c>. No reflection: the recorder also runs trimmed
/// inside a guest.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TraceHeader))]
[JsonSerializable(typeof(TraceTrailer))]
[JsonSerializable(typeof(TraceInspection))]
public sealed partial class TraceJson : JsonSerializerContext
{
    private const int WordBits = 64;

    /// <summary>Most zones (assumed: 1024 nodes of four zones).</summary>
    private const int MostZones = 4096;

    /// <summary>The header is three levels deep; what is much deeper is no header.</summary>
    private const int MostDepth = 8;

    private static readonly TraceJson Compact = new(Settings(indented: false));
    private static readonly TraceJson Indented = new(Settings(indented: true));

    /// <summary>The object of <c>record --inspect --json</c>.</summary>
    public static string Write(TraceInspection inspection) => JsonSerializer.Serialize(inspection, Indented.TraceInspection);

    internal static byte[] Write(TraceHeader header) => JsonSerializer.SerializeToUtf8Bytes(header, Compact.TraceHeader);

    internal static byte[] Write(TraceTrailer trailer) => JsonSerializer.SerializeToUtf8Bytes(trailer, Compact.TraceTrailer);

    /// <summary>The header; null when the JSON is none. What it says is for <see cref="Problem"/> to judge.</summary>
    internal static TraceHeader? ReadHeader(byte[] json) => Read(() => JsonSerializer.Deserialize(json, Compact.TraceHeader));

    /// <summary>The trailer; null when the JSON is none, or says what cannot be.</summary>
    internal static TraceTrailer? ReadTrailer(byte[] json) =>
        Read(() => JsonSerializer.Deserialize(json, Compact.TraceTrailer)) is { Seconds: >= 0, Events: >= 0, MissedHits: >= 0 } trailer
        && trailer.Lost.All(lost => lost is { Cpu: >= 0 and < TraceFormat.MostCpus, Events: >= 0 })
        && trailer.BatchFlushes is null or >= 0 && trailer.TlbInterrupts is null or >= 0 ? trailer : null;

    /// <summary>What a header says that cannot be; null when all is well.</summary>
    internal static string? Problem(TraceHeader header) =>
        header.Version != TraceFormat.Version ? $"no such version: {header.Version}"
        : header.CpuWords is < 1 or > TraceFormat.MostCpus / WordBits ? $"sets of {header.CpuWords} words"
        : header.Cpus.Count == 0 ? "no CPUs"
        : header.Cpus.Any(cpu => cpu < 0 || cpu >= header.CpuWords * WordBits) ? "a CPU that its sets of CPUs have no room for"
        : header.Cpus.Distinct().Count() != header.Cpus.Count ? "a CPU twice"
        : header.Zones.Count > MostZones ? $"{header.Zones.Count} zones"
        : !header.Zones.All(IsPossible) ? "a zone that cannot be"
        : header.Sources.Any(source => source?.Probe is null) ? "a source without a probe"
        : header.Missing.Any(part => part is null) || header.Kswapd.Any(pid => pid < 0) ? "an entry that cannot be"
        : null;

    private static bool IsPossible(TraceZone zone) =>
        zone is { Node: >= 0, Name: not null, Start: >= 0 and <= TraceFormat.MostFrame, Frames: >= 0 }
        && zone.Frames <= TraceFormat.MostFrame - zone.Start;

    private static T? Read<T>(Func<T?> read) where T : class
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is JsonException or ArgumentException)    // the latter: half a surrogate pair
        {
            return null;
        }
    }

    private static JsonSerializerOptions Settings(bool indented) => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = indented,
        RespectNullableAnnotations = true,
        MaxDepth = MostDepth,
    };
}
