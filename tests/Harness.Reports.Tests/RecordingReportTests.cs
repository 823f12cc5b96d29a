using Harness.Records;

namespace Harness.Reports.Tests;

/// <summary>Does the text after a recording say how much there is, what was lost, what to do about it, and what comes next?</summary>
public sealed class RecordingReportTests
{
    private static readonly RecordingRequest Request = new() { Path = "/tmp/a.trace", Subject = "luf-llama", BufferKiB = 1024 };

    private static readonly RecordingSummary Summary = new()
    {
        Bytes = 4500, Events = 1000, Lost = 0, Seconds = 2, BatchFlushes = 12, TlbInterrupts = 34, RecorderCpuSeconds = 0.25,
    };

    [Fact]
    public void A_whole_recording_is_counted_and_the_next_command_is_given_on_one_line()
    {
        string text = Text(Summary);
        Assert.Contains("1,000, 500 a second, 4.5 bytes each", text, StringComparison.Ordinal);
        Assert.Contains("lost     none", text, StringComparison.Ordinal);
        Assert.Contains("12 batch flushes, 34 shootdown", text, StringComparison.Ordinal);
        Assert.Contains("\nnext     ./run.sh replay /tmp/a.trace --policy stock,luf,luf-as-posted\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Losses_name_the_option_and_missing_parts_are_listed()
    {
        string text = Text(Summary with { Lost = 77, Missing = ["which CPUs were lazy is not known"], BatchFlushes = null });
        Assert.Contains("--buffer-kib 4096", text, StringComparison.Ordinal);
        Assert.Contains("missing  which CPUs were lazy is not known", text, StringComparison.Ordinal);
        Assert.Contains("an unknown number of batch flushes", text, StringComparison.Ordinal);
    }

    private static string Text(RecordingSummary summary)
    {
        using StringWriter writer = new();
        RecordingReport.Write(ReportConsole.On(writer), "luf-llama", "vm:6.12", Request, summary);
        return writer.ToString();
    }
}
