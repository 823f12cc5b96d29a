using Harness.Records;

namespace Harness.Reports.Tests;

/// <summary>Does the report of a replay answer what was saved, how far to trust it, and why the rest was not saved?</summary>
public sealed class ReplayReportTests
{
    [Fact]
    public void The_answer_the_check_and_the_shares_are_printed()
    {
        string text = Text(Replays.Of());
        Assert.Matches(@"luf +100 +-90.0% +300 +-90.0% +7 +3 +100", text);
        Assert.Contains("Saved on this run: luf 90% of the flushes and 90% of their interrupts.", Flat(text), StringComparison.Ordinal);
        Assert.Contains("999 batch flushes replayed, 1,000 counted by the kernel (-0.1%), all to the recorded CPUs", Flat(text), StringComparison.Ordinal);
        Assert.Contains("90% qualify for LUF; 6% writable, 4% not deferred", Flat(text), StringComparison.Ordinal);
        Assert.Contains("flushed later by allocation 8, write fault 2;", Flat(text), StringComparison.Ordinal);
        Assert.Contains("none lost", text, StringComparison.Ordinal);
        Assert.Contains("faults are not recorded", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_half_of_the_waits_ends_in_the_bucket_that_holds_the_median()
    {
        // 30 in [4, 8), 60 in [8, 16), 10 in [16, 32)
        Assert.Contains("half of the frames were in use again within 16 µs, a hundredth within 8 µs", Flat(Text(Replays.Of())), StringComparison.Ordinal);
    }

    [Fact]
    public void Lost_events_a_cut_file_and_unknown_lazy_CPUs_are_said()
    {
        ReplayResult whole = Replays.Of();
        string text = Flat(Text(whole with
        {
            Recording = whole.Recording with { Lost = 1234, Complete = false },
            Check = whole.Check with { CountedBatchFlushes = null, ReplayedInterrupts = null, DifferentCpus = 5 },
            Policies = [whole.Policies[0] with { InterruptsLow = 10, InterruptsSaved = null }],
        }));
        Assert.Contains("1,234 LOST; the end is missing", text, StringComparison.Ordinal);
        Assert.Contains("the kernel's count is not in the recording, 5 not to the recorded CPUs", text, StringComparison.Ordinal);
        Assert.Contains("interrupts are bounds", text, StringComparison.Ordinal);
        Assert.Contains("10 to 3,000", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_recording_without_unmaps_is_no_division_by_zero()
    {
        ReplayResult empty = Replays.Of() with
        {
            Unmaps = new UnmapShares { Total = 0, Qualifying = 0, Writable = 0, LargeFolio = 0, NotDeferred = 0, Inaccessible = 0 },
            Check = new ReplayCheck { ReplayedBatchFlushes = 0, CountedBatchFlushes = 0, DifferentCpus = 0 },
        };
        Assert.Contains("no unmap of reclaim or migration was recorded", Text(empty), StringComparison.Ordinal);
    }

    private static string Flat(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string Text(ReplayResult result)
    {
        using StringWriter writer = new();
        ReplayReport.Write(ReportConsole.On(writer), result);
        return writer.ToString();
    }
}
