using Mono.Unix.Native;

namespace Harness.Interop.Tests;

/// <summary>Does an error say what was tried, the errno by name and in words, and what helps?</summary>
public sealed class NativeExceptionTests
{
    [Fact]
    public void The_message_is_attempt_errno_and_hint_on_one_line()
    {
        NativeException e = new("perf_event_open(tlb:tlb_flush, cpu 3)", 13, "run as root");
        Assert.Equal("perf_event_open(tlb:tlb_flush, cpu 3): EACCES (Permission denied); run as root", e.Message);
        Assert.Equal(Errno.EACCES, e.Errno);
    }

    [Fact]
    public void An_errno_without_a_name_keeps_its_number() =>
        Assert.StartsWith("call: errno 4000 (", new NativeException("call", 4000).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(1, libc.PERF_TYPE_SOFTWARE, "at most 0")]
    [InlineData(13, libc.PERF_TYPE_TRACEPOINT, "at most -1")]
    [InlineData(24, libc.PERF_TYPE_TRACEPOINT, "ulimit -n")]
    [InlineData(38, libc.PERF_TYPE_SOFTWARE, "CONFIG_PERF_EVENTS")]
    [InlineData(2, libc.PERF_TYPE_HARDWARE, "PMU")]
    [InlineData(95, libc.PERF_TYPE_HW_CACHE, "PMU")]
    public void A_refused_event_says_what_would_make_it_usable(int errno, uint type, string expected) =>
        Assert.Contains(expected, PerfOpenHint.For(errno, type), StringComparison.Ordinal);
}
