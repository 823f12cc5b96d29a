using System.Globalization;
using System.Text;

namespace Harness.Traces;

/// <summary>The lines of <c>record --inspect</c>.</summary>
internal static class InspectionText
{
    internal static void Print(TraceInspection of, TextWriter to)
    {
        TraceHeader header = of.Header;
        string seconds = of.Seconds.ToString("F3", CultureInfo.InvariantCulture);
        string rate = of.Seconds > 0 ? $", {Count(of.Events / of.Seconds)} a second" : "";
        string each = of.BytesPerEvent is { } bytes ? $" of {bytes.ToString("F1", CultureInfo.InvariantCulture)} bytes" : "";
        Line(to, "file", $"{of.File}, {Count(of.Bytes)} bytes, {(of.Complete ? "complete" : "its end is missing")}");
        Line(to, "recorded", $"{header.Subject}, {header.Started.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, {seconds} s");
        Line(to, "kernel", $"{header.KernelRelease}, clock {header.Clock}");
        Line(to, "machine", $"{header.Processor}, {header.Cpus.Count} CPUs");
        Line(to, "events", $"{Count(of.Events)}{each} in {Count(of.Blocks)} blocks{rate}");
        string where = string.Join(", ", of.LostByCpu.Select(lost => $"{Count(lost.Events)} on CPU {lost.Cpu}"));
        Line(to, "lost", of.Lost == 0 ? "none" : $"{Count(of.Lost)}: {where}");
        if (of.Trailer is { } trailer)
        {
            Line(to, "counted", $"by the kernel meanwhile: batch flushes {Known(trailer.BatchFlushes)}, "
                + $"TLB interrupts {Known(trailer.TlbInterrupts)}, probe hits missed {Count(trailer.MissedHits)}");
        }
        foreach (TraceZone zone in header.Zones)
        {
            Line(to, "zone", $"node {zone.Node} {zone.Name}, frames 0x{zone.Start:x} to 0x{zone.Start + zone.Frames:x}");
        }
        foreach ((string field, int offset) in header.Offsets) Line(to, "offset", $"{field} {offset}");
        foreach (KindCount kind in of.Kinds)
        {
            Line(to, "kind", $"{kind.Name,-25} {Count(kind.Events),15}");
            foreach (string probe in kind.Probes) Line(to, "", $"  {probe}");
        }
        foreach (string part in header.Missing) Line(to, "missing", part);
    }

    /// <summary>A line; what a file says reaches a terminal without control characters.</summary>
    private static void Line(TextWriter to, string name, string text)
    {
        var line = new StringBuilder($"{name,-9} ");
        foreach (char letter in text) line.Append(char.IsControl(letter) ? '?' : letter);
        to.WriteLine(line.ToString().TrimEnd());
    }

    private static string Known(long? count) => count is { } number ? Count(number) : "unknown";

    private static string Count(double number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
