using System.Globalization;
using Harness.Analysis;
using Harness.Records;
using Spectre.Console;

namespace Harness.Reports;

/// <summary>What <c>record</c> prints of a recording.</summary>
public static class RecordingReport
{
    // Assumed: enough for bursts four times as high as those that found no room.
    private const int MoreRoom = 4;

    /// <summary>The whole of it, and what to do next.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="subject">What ran.</param>
    /// <param name="target">Where.</param>
    /// <param name="request">What was asked.</param>
    /// <param name="summary">What came of it.</param>
    public static void Write(IAnsiConsole console, string subject, string target, RecordingRequest request, RecordingSummary summary)
    {
        ReportConsole.Labelled(console,
        [
            ("recorded", $"{subject} on {target}, {Tenths(summary.Seconds)} s"),
            ("events", Amount(summary)),
            ("lost", Lost(request, summary)),
            ("counted", $"by the kernel meanwhile: {Known(summary.BatchFlushes)} batch flushes, "
                + $"{Known(summary.TlbInterrupts)} shootdown interrupts"),
            ("recorder", $"{Tenths(summary.RecorderCpuSeconds)} s of CPU time"),
            .. summary.Missing.Select(part => ("missing", part)),
            ("file", $"{request.Path}, {Plain.Whole(summary.Bytes)} bytes"),
        ]);
        console.WriteLine($"next     ./run.sh replay {Plain.Line(request.Path)} --policy stock,luf,luf-as-posted");
    }

    /// <summary>What runs with a recording have more or less than those without.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="subject">What ran, and where.</param>
    /// <param name="comparison">The runs without a recording against those with one.</param>
    /// <param name="records">The runs.</param>
    public static void WriteOverhead(IAnsiConsole console, string subject, Comparison comparison, IReadOnlyList<RunRecord> records)
    {
        ReportConsole.Paragraph(console, $"{subject}: {comparison.Pairs} pairs of runs without and with a recording");
        TextTable table = new(
            new TextColumn("counter"), new TextColumn("without", Right: true), new TextColumn("with", Right: true),
            new TextColumn("ratio", Right: true), new TextColumn("95% interval"));
        foreach (ComparisonRow row in comparison.Rows.Where(row => row.Change is not null))
        {
            table.Row(
                row.Counter, Plain.Number(row.Before.Median), Plain.Number(row.After.Median), Ratio(row.Change!.Value),
                row is { Low: { } low, High: { } high } ? $"{Ratio(low)} to {Ratio(high)}" : "needs two pairs");
        }
        table.Write(console);
        foreach (RunRecord record in records)
        {
            if (record.Recording is not { } summary) continue;
            ReportConsole.Paragraph(console,
                $"pair {record.Request.Pair + 1}: {Amount(summary)}, {Plain.Whole(summary.Lost)} lost; recorder "
                + $"{Tenths(summary.RecorderCpuSeconds)} s of CPU time in {Tenths(summary.Seconds)} s");
        }
    }

    /// <summary>Events, their rate and size.</summary>
    private static string Amount(RecordingSummary summary)
    {
        string rate = summary.Seconds > 0 ? $", {Plain.Whole((long)(summary.Events / summary.Seconds))} a second" : "";
        string size = summary.Events > 0 ? $", {Tenths((double)summary.Bytes / summary.Events)} bytes each" : "";
        return $"{Plain.Whole(summary.Events)}{rate}{size}";
    }

    private static string Lost(RecordingRequest request, RecordingSummary summary)
    {
        if (summary.Lost == 0) return "none";
        long more = Math.Min((long)request.BufferKiB * MoreRoom, RecordingRequest.MostBufferKiB);
        return $"{Plain.Whole(summary.Lost)}: a CPU's buffer was full; "
            + $"give it more with --buffer-kib {more.ToString(CultureInfo.InvariantCulture)}";
    }

    private static string Known(long? count) => count is { } number ? Plain.Whole(number) : "an unknown number of";

    private static string Ratio(double change) => (1 + change).ToString("F2", CultureInfo.InvariantCulture);

    private static string Tenths(double number) => number.ToString("F1", CultureInfo.InvariantCulture);
}
