using System.Globalization;
using Harness.Analysis;
using Harness.Records;

namespace Harness.Cli;

/// <summary>What <c>record</c> prints of a recording.</summary>
internal static class RecordingText
{
    // Assumed: enough for bursts four times as high as those that found no room.
    private const int MoreRoom = 4;

    /// <summary>The whole of it, and what to do next.</summary>
    public static void Print(TextWriter to, string subject, string target, RecordingRequest request, RecordingSummary summary)
    {
        to.WriteLine($"recorded  {subject} on {target}, {Number(summary.Seconds, "F1")} s");
        to.WriteLine($"file      {request.Path}, {Number(summary.Bytes)} bytes");
        to.WriteLine($"events    {Amount(summary)}");
        to.WriteLine($"lost      {Lost(request, summary)}");
        to.WriteLine($"counted   by the kernel meanwhile: batch flushes {Known(summary.BatchFlushes)}, TLB interrupts {Known(summary.TlbInterrupts)}");
        to.WriteLine($"recorder  {Number(summary.RecorderCpuSeconds, "F2")} s of CPU time");
        foreach (string part in summary.Missing) to.WriteLine($"missing   {part}");
        to.WriteLine($"next      ./run.sh replay {request.Path} --policy stock,luf,luf-as-posted");
    }

    /// <summary>What runs with a recording have more or less than those without.</summary>
    public static void PrintOverhead(TextWriter to, string subject, Comparison comparison, IReadOnlyList<RunRecord> records)
    {
        to.WriteLine($"{subject}: {comparison.Pairs} pairs of runs without and with a recording");
        to.WriteLine($"{"counter",-32} {"without",14} {"with",14} {"ratio",7}  95 % interval");
        foreach (ComparisonRow row in comparison.Rows.Where(row => row.Change is not null))
        {
            string interval = row is { Low: { } low, High: { } high } ? $"{Number(1 + low, "F2")} to {Number(1 + high, "F2")}" : "needs two pairs";
            to.WriteLine($"{row.Counter,-32} {Value(row.Before)} {Value(row.After)} {Number(1 + row.Change!.Value, "F2"),7}  {interval}");
        }
        foreach (RunRecord record in records.Where(record => record.Recording is not null))
        {
            RecordingSummary summary = record.Recording!;
            to.WriteLine($"pair {record.Request.Pair + 1}: {Amount(summary)}, {Number(summary.Lost)} lost; recorder {Number(summary.RecorderCpuSeconds, "F2")} s "
                + $"of CPU time in {Number(summary.Seconds, "F1")} s");
        }
    }

    /// <summary>Events, their rate and size.</summary>
    private static string Amount(RecordingSummary summary)
    {
        string rate = summary.Seconds > 0 ? $", {Number(summary.Events / summary.Seconds)} a second" : "";
        string size = summary.Events > 0 ? $", {Number((double)summary.Bytes / summary.Events, "F1")} bytes each" : "";
        return $"{Number(summary.Events)}{rate}{size}";
    }

    private static string Value(Summary summary) => $"{(summary.Median is { } median ? Number(median, "G5") : "-"),14}";

    private static string Lost(RecordingRequest request, RecordingSummary summary)
    {
        if (summary.Lost == 0) return "none";
        long more = Math.Min((long)request.BufferKiB * MoreRoom, RecordingRequest.MostBufferKiB);
        return $"{Number(summary.Lost)}: a CPU's buffer was full; give it more with --buffer-kib {more.ToString(CultureInfo.InvariantCulture)}";
    }

    private static string Known(long? count) => count is { } number ? Number(number) : "unknown";

    private static string Number(double number, string format = "N0") => number.ToString(format, CultureInfo.InvariantCulture);
}
