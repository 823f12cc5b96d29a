using System.Runtime.InteropServices;
using Mono.Unix.Native;

namespace Harness.Interop.Tests;

/// <summary>Do events of this thread count and sample what it does? (Whole CPUs: see the perf session's tests.)</summary>
public sealed class PerfEventTests
{
    private const int Touched = 256;

    private static readonly libc.perf_event_attr Faults = new()
    {
        type = libc.PERF_TYPE_SOFTWARE,
        config = libc.PERF_COUNT_SW_PAGE_FAULTS,
        read_format = libc.HARNESS_GROUP_FORMAT,
        flags = libc.perf_event_attr.disabled | libc.perf_event_attr.exclude_kernel | libc.perf_event_attr.exclude_hv,
    };

    [SkippableFact]
    public void A_group_counts_each_touched_page_once_in_the_order_of_opening()
    {
        using PerfEvent leader = Open(Faults, "page-faults");
        using PerfEvent minor = Open(Member(libc.PERF_COUNT_SW_PAGE_FAULTS_MIN), "minor-faults", leader);
        using PerfEvent major = Open(Member(libc.PERF_COUNT_SW_PAGE_FAULTS_MAJ), "major-faults", leader);
        using Pages pages = new(Touched);
        PerfGroupReading reading = new(events: 3);

        leader.Enable();
        pages.Touch();
        leader.Disable();
        leader.Read(reading);

        Assert.InRange<ulong>(reading[0], Touched, 2 * Touched);
        Assert.Equal(reading[0], reading[1] + reading[2]);
        Assert.True(reading[1] >= Touched);
        Assert.True(reading.Enabled > 0);
        Assert.Equal(reading.Enabled, reading.Running);
    }

    [SkippableFact]
    public void A_stopped_group_counts_nothing()
    {
        using PerfEvent leader = Open(Faults, "page-faults");
        using Pages pages = new(Touched);
        PerfGroupReading reading = new(events: 1);
        pages.Touch();
        leader.Read(reading);
        Assert.Equal(0ul, reading[0]);
        Assert.Equal(0ul, reading.Enabled);
    }

    [SkippableFact]
    public void Reading_a_group_as_one_of_another_size_is_an_error_not_a_number()
    {
        using PerfEvent leader = Open(Faults, "page-faults");
        using PerfEvent member = Open(Member(libc.PERF_COUNT_SW_PAGE_FAULTS_MIN), "minor-faults", leader);
        Assert.Equal(Errno.EPROTO, Assert.Throws<NativeException>(() => leader.Read(new PerfGroupReading(events: 1))).Errno);
        Assert.Equal(Errno.EPROTO, Assert.Throws<NativeException>(() => leader.Read(new PerfGroupReading(events: 3))).Errno);
    }

    [SkippableFact]
    public void Samples_carry_the_address_of_every_touched_page_exactly_once()
    {
        using PerfEvent faults = Open(Sampling(), "page-faults");
        using PerfRing ring = PerfRing.Map(faults, pages: 8);
        using Pages pages = new(Touched);

        faults.Enable();
        pages.Touch();
        faults.Disable();

        List<int> seen = [];
        byte[] buffer = new byte[PerfRing.LargestRecord];
        for (int size = ring.Drain(buffer); size > 0; size = ring.Drain(buffer))
        {
            ReadOnlySpan<byte> bytes = buffer.AsSpan(0, size);
            while (PerfRecord.TryTake(ref bytes, out PerfRecord record))
            {
                Assert.Equal(libc.PERF_RECORD_SAMPLE, record.Type);
                Assert.Equal(Environment.ProcessId, MemoryMarshal.Read<int>(record.Body));
                long offset = MemoryMarshal.Read<long>(record.Body[8..]) - pages.Start;
                if (offset >= 0 && offset < (long)pages.Length) seen.Add((int)(offset / Environment.SystemPageSize));
            }
            Assert.Equal(0, bytes.Length);
        }
        Assert.Equal(Enumerable.Range(0, Touched), seen);
        Assert.Equal(0ul, ring.Lost);
        Assert.Equal(0ul, ring.Malformed);
    }

    [SkippableFact]
    public void Samples_that_a_full_ring_drops_are_counted_as_lost()
    {
        using PerfEvent faults = Open(Sampling(), "page-faults");
        using PerfRing ring = PerfRing.Map(faults, pages: 1);
        using Pages pages = new(Touched), one = new(1);
        byte[] buffer = new byte[PerfRing.LargestRecord];

        // one page holds 170 samples of 24 bytes; the kernel's note on the rest comes with the next sample that has room
        faults.Enable();
        pages.Touch();
        int samples = Count(buffer.AsSpan(0, ring.Drain(buffer)));
        one.Touch();
        faults.Disable();
        samples += Count(buffer.AsSpan(0, ring.Drain(buffer)));

        Assert.True(ring.Lost >= Touched - 171, $"{ring.Lost} lost");
        Assert.True(ring.Lost + (ulong)samples >= Touched + 1, $"{ring.Lost} lost, {samples} samples");
    }

    [SkippableFact]
    public void A_ring_that_is_not_a_power_of_two_is_refused_with_the_reason()
    {
        using PerfEvent faults = Open(Sampling(), "page-faults");
        NativeException e = Assert.Throws<NativeException>(() => PerfRing.Map(faults, pages: 3));
        Assert.Equal(Errno.EINVAL, e.Errno);
        Assert.Contains("power of two", e.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_record_larger_than_the_buffer_is_an_error_and_not_half_a_record()
    {
        using PerfEvent faults = Open(Sampling(), "page-faults");
        using PerfRing ring = PerfRing.Map(faults, pages: 1);
        using Pages pages = new(1);
        faults.Enable();
        pages.Touch();
        faults.Disable();
        Assert.Equal(Errno.EMSGSIZE, Assert.Throws<NativeException>(() => ring.Drain(new byte[16])).Errno);
        Assert.True(ring.Drain(new byte[PerfRing.LargestRecord]) >= 24);
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 9, 0, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 9, 0, 0, 0, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 9, 0, 0, 0, 0, 0, 24, 0, 1, 2, 3 })]
    public void Bytes_that_hold_no_whole_record_give_none(byte[] bytes)
    {
        ReadOnlySpan<byte> rest = bytes;
        Assert.False(PerfRecord.TryTake(ref rest, out _));
    }

    [SkippableFact]
    public void A_filter_on_an_event_without_fields_names_the_filter_and_the_event()
    {
        using PerfEvent faults = Open(Faults, "page-faults");
        NativeException e = Assert.Throws<NativeException>(() => faults.SetFilter("reason == 4"));
        Assert.Contains("PERF_EVENT_IOC_SET_FILTER 'reason == 4'(page-faults)", e.Message, StringComparison.Ordinal);
        Assert.Contains(e.Errno.ToString(), e.Message, StringComparison.Ordinal);
    }

    /// <summary>Where there is a PMU the event opens; where there is none, does the error say so and what would help?</summary>
    [SkippableFact]
    public void A_hardware_event_opens_or_says_what_is_missing()
    {
        libc.perf_event_attr cycles = Faults with { type = libc.PERF_TYPE_HARDWARE, config = libc.PERF_COUNT_HW_CPU_CYCLES };
        try
        {
            using PerfEvent opened = Open(cycles, "cycles");
            Assert.False(opened.IsInvalid);
        }
        catch (NativeException e)
        {
            Assert.StartsWith("perf_event_open(cycles): ", e.Message, StringComparison.Ordinal);
            Assert.Contains("PMU", e.Hint, StringComparison.Ordinal);
        }
    }

    private static libc.perf_event_attr Member(ulong config) =>
        Faults with { config = config, flags = Faults.flags & ~libc.perf_event_attr.disabled };

    private static libc.perf_event_attr Sampling() =>
        Faults with { sample_period = 1, sample_type = libc.PERF_SAMPLE_TID | libc.PERF_SAMPLE_ADDR };

    private static int Count(ReadOnlySpan<byte> bytes)
    {
        int count = 0;
        while (PerfRecord.TryTake(ref bytes, out _)) count++;
        return count;
    }

    private static PerfEvent Open(libc.perf_event_attr attr, string name, PerfEvent? leader = null)
    {
        try
        {
            return PerfEvent.Open(attr, name, pid: 0, cpu: -1, leader);
        }
        catch (NativeException e) when (e.Errno is Errno.EACCES or Errno.EPERM)
        {
            Skip.If(true, e.Message);
            throw;
        }
    }
}
