using System.Diagnostics.Metrics;
using Harness.Analysis;
using Harness.Records;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Harness.Reports;

/// <summary>
/// A night as OTLP gauges: <c>harness.nightly.median</c> (tonight's median of a counter) and <c>harness.nightly.regressed</c> (1 or 0), both
/// with the attributes plan, shape, box, arm, counter, unit and verdict, and <c>harness.nightly.exit_code</c> with plan, shape and box.
/// Protocol, headers and time limit are those of the standard variables <c>OTEL_EXPORTER_OTLP_*</c>; without any it is http/protobuf.
/// </summary>
public static class NightlyMetrics
{
    private const string Source = "harness.nightly";
    private const string Path = "v1/metrics";

    // Assumed: a collector is near, and a dead one must not hold up a night.
    private const int PatienceMs = 3_000;

    /// <summary>Where metrics go: what the option says, else the standard variables; null for nowhere.</summary>
    /// <param name="option">The option's value, or null.</param>
    /// <exception cref="UsageException">It is no http or https URL.</exception>
    public static Uri? Endpoint(string? option)
    {
        string name = option is not null ? "--otlp" : Name(Variable("METRICS_ENDPOINT") is null ? "ENDPOINT" : "METRICS_ENDPOINT");
        string? text = option ?? Variable("METRICS_ENDPOINT") ?? Variable("ENDPOINT");
        if (text is null) return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https") return url;
        throw new UsageException($"{name} takes the URL of a collector, such as http://localhost:4318, not '{Plain.Line(text)}'");
    }

    /// <summary>Sends a night's metrics once.</summary>
    /// <param name="report">The night.</param>
    /// <param name="option">As for <see cref="Endpoint"/>.</param>
    /// <returns>True when the collector took them.</returns>
    public static bool Send(NightlyReport report, string? option)
    {
        using Meter meter = new(Source);
        using MeterProvider provider = Sdk.CreateMeterProviderBuilder()
            .AddMeter(Source)
            .ConfigureResource(resource => resource.Clear().AddService("harness").AddAttributes([new("host.name", report.Box)]))
            // this reader exports when it is shut down, and tells how that went
            .AddReader(new BaseExportingMetricReader(new OtlpMetricExporter(Options(option))))
            .Build();
        Record(meter, report);
        return provider.Shutdown(2 * PatienceMs);
    }

    /// <summary>The general variables are taken by the library itself; those of metrics alone, which go before them, are not.</summary>
    private static OtlpExporterOptions Options(string? option)
    {
        bool grpc = (Variable("METRICS_PROTOCOL") ?? Variable("PROTOCOL")) == "grpc";
        OtlpExporterOptions options = new()
        {
            Protocol = grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf,
            TimeoutMilliseconds = int.TryParse(Variable("METRICS_TIMEOUT") ?? Variable("TIMEOUT"), out int ms) && ms > 0 ? ms : PatienceMs,
        };
        if (Variable("METRICS_HEADERS") is { } headers) options.Headers = headers;
        if (option is not null)
        {
            string url = Endpoint(option)!.AbsoluteUri.TrimEnd('/');
            bool whole = grpc || url.EndsWith(Path, StringComparison.Ordinal);
            options.Endpoint = new Uri(whole ? url : $"{url}/{Path}");
        }
        else if (Variable("METRICS_ENDPOINT") is not null)
        {
            options.Endpoint = Endpoint(null)!;
        }
        return options;
    }

    private static void Record(Meter meter, NightlyReport report)
    {
        Gauge<double> median = meter.CreateGauge<double>("harness.nightly.median", description: "tonight's median of a counter");
        Gauge<int> regressed = meter.CreateGauge<int>("harness.nightly.regressed", description: "1 while a counter's regression stands");
        Gauge<int> code = meter.CreateGauge<int>("harness.nightly.exit_code", description: "what nightly says of the plan");
        foreach (NightlyPlan plan in report.Plans)
        {
            KeyValuePair<string, object?>[] ofPlan = [new("plan", plan.Plan), new("shape", plan.Shape ?? "own"), new("box", report.Box)];
            code.Record(plan.ExitCode, ofPlan);
            foreach (CounterHistory series in plan.History?.Series ?? [])
            {
                KeyValuePair<string, object?>[] ofSeries =
                [
                    .. ofPlan, new("arm", series.Arm), new("counter", series.Counter), new("unit", series.Unit),
                    new("verdict", Words.Of(series.Verdict)),
                ];
                regressed.Record(series.Verdict == HistoryVerdict.Regressed ? 1 : 0, ofSeries);
                bool tonight = series.Values.Count > 0 && series.Values[^1].Night == plan.History!.Nights.Count - 1;
                if (tonight) median.Record(series.Values[^1].Summary.Median!.Value, ofSeries);
            }
        }
    }

    private static string Name(string what) => $"OTEL_EXPORTER_OTLP_{what}";

    private static string? Variable(string what) => Environment.GetEnvironmentVariable(Name(what)) is { Length: > 0 } value ? value : null;
}
