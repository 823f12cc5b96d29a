using System.Net;
using System.Net.Sockets;
using System.Text;
using Harness.Records;

namespace Harness.Reports.Tests;

/// <summary>Does a collector get a night's numbers, and does a dead one only cost a short wait?</summary>
public sealed class NightlyMetricsTests
{
    [Theory]
    [InlineData("http/protobuf", "/v1/metrics", "application/x-protobuf")]
    [InlineData("grpc", "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", "application/grpc")]
    public async Task A_collector_gets_each_counter_once_with_its_attributes(string protocol, string path, string type)
    {
        await using OtlpCollector collector = await OtlpCollector.StartAsync(protocol == "grpc", status: protocol == "grpc" ? 0 : 200);
        Assert.True(Send(protocol, collector.Url));
        OtlpRequest request = await collector.Received;
        Assert.Equal((path, type), (request.Path, request.Type));

        List<OtlpGauge> points = OtlpGauge.Parse(request.Message);
        OtlpGauge tlb = points.Single(point => point.Name == "harness.nightly.median" && point.Attributes["counter"] == "interrupts.TLB");
        Assert.Equal(17_040, tlb.Value);
        Assert.Equal(("migrate-batching", "own", "lab7", "after", "interrupts", "regressed"), (
            tlb.Attributes["plan"], tlb.Attributes["shape"], tlb.Attributes["box"], tlb.Attributes["arm"], tlb.Attributes["unit"], tlb.Attributes["verdict"]));
        Assert.Equal(0.55, points.Single(point => point.Name == "harness.nightly.median" && point.Attributes["counter"] == "workload.elapsed").Value);
        // what has no value tonight has no point
        Assert.DoesNotContain(points, point => point.Name == "harness.nightly.median" && point.Attributes["counter"] == "vmstat.pgmigrate_success");
        Assert.Equal(1, points.Single(point => point.Name == "harness.nightly.regressed" && point.Value > 0).Value);
        Assert.Equal([1, 3], points.Where(point => point.Name == "harness.nightly.exit_code").Select(point => point.Value).Order());
    }

    [Theory]
    [InlineData("http/protobuf", 400)]
    [InlineData("grpc", 3)]    // invalid argument
    public async Task A_collector_that_refuses_is_told_as_such(string protocol, int status)
    {
        await using OtlpCollector collector = await OtlpCollector.StartAsync(protocol == "grpc", status);
        Assert.False(Send(protocol, protocol == "grpc" ? collector.Url : collector.Url + "/v1/metrics"));
        Assert.Contains("etrics", (await collector.Received).Path, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http/protobuf")]
    [InlineData("grpc")]
    public void A_dead_collector_is_no_error(string protocol) => Assert.False(Send(protocol, $"http://127.0.0.1:{FreePort()}"));

    [Theory]
    [InlineData("collector")]
    [InlineData("ftp://collector")]
    [InlineData("")]
    public void What_is_no_URL_is_refused(string text) =>
        Assert.Contains("--otlp takes the URL", Assert.Throws<UsageException>(() => NightlyMetrics.Endpoint(text)).Message, StringComparison.Ordinal);

    private static bool Send(string protocol, string url)
    {
        const string Variable = "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL";
        Environment.SetEnvironmentVariable(Variable, protocol);
        try
        {
            return NightlyMetrics.Send(NightlySample.Report(), url);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, null);
        }
    }

    private static int FreePort()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}

/// <summary>A data point of a gauge as it came over the wire (opentelemetry-proto's metrics.proto, read by field number).</summary>
internal sealed record OtlpGauge(string Name, double Value, IReadOnlyDictionary<string, string> Attributes)
{
    /// <summary>All points of an export request.</summary>
    public static List<OtlpGauge> Parse(byte[] request)
    {
        List<OtlpGauge> points = [];
        foreach (byte[] resource in Parts(request, 1))
        {
            foreach (byte[] scope in Parts(resource, 2))
            {
                foreach (byte[] metric in Parts(scope, 2))
                {
                    string name = Encoding.UTF8.GetString(Parts(metric, 1).Single());
                    points.AddRange(Parts(metric, 5).SelectMany(gauge => Parts(gauge, 1)).Select(point => Point(name, point)));
                }
            }
        }
        return points;
    }

    private static OtlpGauge Point(string name, byte[] point)
    {
        byte[]? real = Parts(point, 4).SingleOrDefault();
        byte[]? whole = Parts(point, 6).SingleOrDefault();
        Dictionary<string, string> attributes = [];
        foreach (byte[] pair in Parts(point, 7))
        {
            byte[] value = Parts(Parts(pair, 2).Single(), 1).Single();
            attributes.Add(Encoding.UTF8.GetString(Parts(pair, 1).Single()), Encoding.UTF8.GetString(value));
        }
        return new OtlpGauge(name, real is not null ? BitConverter.ToDouble(real) : BitConverter.ToInt64(whole!), attributes);
    }

    /// <summary>The contents of a message's fields with a number: bytes, or the eight bytes of a fixed number.</summary>
    private static List<byte[]> Parts(byte[] message, int number)
    {
        List<byte[]> parts = [];
        int at = 0;
        while (at < message.Length)
        {
            ulong key = Varint(message, ref at);
            int length = (key & 7) switch
            {
                1 => 8,
                2 => (int)Varint(message, ref at),
                5 => 4,
                0 => 0,
                _ => throw new InvalidDataException($"wire type {key & 7}"),
            };
            if ((key & 7) == 0) Varint(message, ref at);
            if ((int)(key >> 3) == number && (key & 7) != 0) parts.Add(message[at..(at + length)]);
            at += length;
        }
        return parts;
    }

    private static ulong Varint(byte[] message, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = message[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
    }
}
