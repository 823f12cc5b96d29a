using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Mono.Unix.Native;

namespace Harness.Interop;

/// <summary>
/// A periodic timer of the kernel on CLOCK_MONOTONIC. Each end is a whole number of periods after the start, however late the one before
/// was noticed, and the kernel counts those that nobody waited for.
/// </summary>
public sealed unsafe class TickTimer : SafeHandleMinusOneIsInvalid
{
    /// <summary>A timer that does not run yet.</summary>
    /// <exception cref="NativeException">The kernel has no descriptor left.</exception>
    public TickTimer() : base(ownsHandle: true)
    {
        SetHandle(libc.timerfd_create(libc.CLOCK_MONOTONIC, libc.TFD_CLOEXEC));
        if (IsInvalid) throw NativeException.Last("timerfd_create(CLOCK_MONOTONIC)");
    }

    /// <summary>Starts it: the first tick comes one period from now. Does not allocate.</summary>
    /// <param name="period">Above zero.</param>
    /// <exception cref="NativeException">The period is no duration.</exception>
    public void Start(TimeSpan period) => Set(period, period);

    /// <summary>Ends the present <see cref="Wait"/>, or the next one, at once, and stops ticking. Does not allocate.</summary>
    /// <exception cref="NativeException">The kernel refuses.</exception>
    public void WakeAndStop() => Set(TimeSpan.FromTicks(1), TimeSpan.Zero);

    /// <summary>Waits until the timer has ticked at least once since the last call. Does not allocate.</summary>
    /// <returns>Ticks since the last call: one, or more when they were not waited for.</returns>
    /// <exception cref="NativeException">The timer was closed.</exception>
    public long Wait()
    {
        ulong ticks;
        while (libc.read(this, &ticks, sizeof(ulong)) < 0)
        {
            // The runtime's own signals may end the call early.
            if (Marshal.GetLastPInvokeError() != (int)Errno.EINTR) throw NativeException.Last("read(timerfd)");
        }
        return (long)ticks;
    }

    /// <inheritdoc />
    protected override bool ReleaseHandle() => Syscall.close((int)handle) == 0;

    private void Set(TimeSpan first, TimeSpan period)
    {
        libc.itimerspec setting = new() { it_value = Of(first), it_interval = Of(period) };
        if (libc.timerfd_settime(this, 0, &setting, null) < 0) throw NativeException.Last($"timerfd_settime({period})");
    }

    private static libc.timespec Of(TimeSpan time) => new()
    {
        tv_sec = time.Ticks / TimeSpan.TicksPerSecond,
        tv_nsec = time.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick,
    };
}
