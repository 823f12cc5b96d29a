using System.Diagnostics;
using System.Globalization;
using Harness.Records;

namespace Harness.Host.Load;

/// <summary>Lets a run begin only while others leave this host's CPUs alone.</summary>
/// <param name="mostShare">The most they may use, as a share of all CPUs, 0 to 1.</param>
/// <param name="patience">How long to wait for that.</param>
public sealed class QuietHost(double mostShare, TimeSpan patience)
{
    // Assumed: long enough that a few clock ticks (10 ms at the usual 100 Hz) do not decide.
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>Waits until others have used no more than their share for one second.</summary>
    /// <exception cref="RunFailedException">
    /// They did not within the patience (<see cref="FailureKind.HostBusy"/>); the busiest is named.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task WaitAsync(CancellationToken cancel)
    {
        long start = Stopwatch.GetTimestamp();
        CpuUse before = CpuUse.Now();
        while (true)
        {
            await Task.Delay(Look, cancel);
            CpuUse now = CpuUse.Now();
            double share = now.OthersSince(before, Environment.ProcessId);
            if (share <= mostShare) return;
            if (Stopwatch.GetElapsedTime(start) >= patience) throw Busy(share, now.BusiestSince(before, Environment.ProcessId));
            before = now;
        }
    }

    private RunFailedException Busy(double share, (int Pid, string Name)? busiest)
    {
        string who = busiest is { } process ? $", the busiest is {process.Name} (pid {process.Pid})" : "";
        return new RunFailedException(FailureKind.HostBusy, string.Create(CultureInfo.InvariantCulture,
            $"others use {100 * share:0} % of this host's CPUs{who}; "
            + $"the session allows {100 * mostShare:0} % and waited {patience.TotalSeconds:0} s"));
    }
}
