using Harness.Records;

namespace Harness.Cli;

/// <summary>What is the same for all verbs: exit codes, environment, files. Help and the manual tell it from here.</summary>
internal static class Surroundings
{
    /// <summary>Exit codes with what they mean.</summary>
    public static readonly IReadOnlyList<(string Name, string What)> ExitCodes =
    [
        (Code(ExitCode.Done), "done"),
        (Code(ExitCode.Found), "a comparison or a night found a regression, or an exploration a counterexample"),
        (Code(ExitCode.Usage), "usage: the command line, a plan or another input cannot be taken as it is"),
        (Code(ExitCode.HostCannot), "this host cannot do it; the message names what is missing"),
        (Code(ExitCode.RunFailed), "a run failed, or a setting did not act in it, so that nothing was judged"),
        (Code(ExitCode.Interrupted), "interrupted; every knob is back"),
    ];

    /// <summary>Environment variables that are read.</summary>
    public static readonly IReadOnlyList<(string Name, string What)> Variables =
    [
        ("HARNESS_HOME",
            "folder of results, journal and plans in progress; else /var/lib/harness as root, else harness in the XDG data folder"),
        ("HARNESS_STORE",
            "postgres://USER:PASSWORD@HOST:PORT/DATABASE to keep results on a PostgreSQL server; else results.db in HARNESS_HOME"),
        ("HARNESS_WORKLOADS", "folder of the compiled workload programs; else artifacts/workloads"),
        ("XDG_CACHE_HOME", "folder of downloads; else ~/.cache"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "where 'nightly' sends its results as OpenTelemetry metrics; nowhere when it is not set"),
        ("NO_COLOR", "when set, no colours on a terminal either"),
    ];

    private static string Code(ExitCode code) => ((int)code).ToString(System.Globalization.CultureInfo.InvariantCulture);
}
