using System.Globalization;
using Harness.Analysis;
using Harness.Records;

namespace Harness.Reports;

/// <summary>The runs of a session as the rows of a table: the same for every file.</summary>
internal static class RunRows
{
    /// <summary>The columns.</summary>
    public static IReadOnlyList<string> Columns { get; } = ["run", "arm", "pair", "target", "origin", "state", "started", "window (s)",
        "checksum"];

    /// <summary>One character a column: <c>r</c> aligns right.</summary>
    public const string Alignment = "rlrlllrrl";

    /// <summary>A run's cells.</summary>
    public static string[] Cells(RunRecord run) =>
    [
        Plain.Whole(run.Request.Sequence),
        run.Request.Arm,
        Plain.Whole(run.Request.Pair),
        run.Target,
        Words.Of(run.Origin),
        State(run),
        run.Started.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        Plain.Number(double.IsFinite(run.WindowSeconds) ? run.WindowSeconds : null),
        run.Checksum ?? "-",
    ];

    /// <summary>Where a run stands, and how it failed.</summary>
    public static string State(RunRecord run) => Plain.Word(run.State)
        + (run.Failure is FailureKind failure ? $" ({Plain.Word(failure)})" : "");
}
