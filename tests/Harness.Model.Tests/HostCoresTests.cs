namespace Harness.Model.Tests;

/// <summary>Do vCPUs share host cores fairly, and never more than there are?</summary>
public sealed class HostCoresTests
{
    private const int Slice = 100;

    [Fact]
    public void Busy_vCPUs_get_equal_shares()
    {
        var host = new HostCores(2, 5, Slice);
        for (int cpu = 0; cpu < 5; cpu++) host.Want(cpu, true, 0);
        var ran = new long[5];
        long now = 0;
        while (now < 100_000)
        {
            long next = host.NextTurn;
            int on = 0;
            for (int cpu = 0; cpu < 5; cpu++)
            {
                if (!host.IsOn(cpu)) continue;
                on++;
                ran[cpu] += next - now;
            }
            Assert.Equal(2, on);
            now = next;
            host.Turn(now);
        }
        Assert.All(ran, share => Assert.InRange(share, 2 * now / 5 - 2 * Slice, 2 * now / 5 + 2 * Slice));
    }

    [Fact]
    public void A_vCPU_that_wakes_preempts_one_that_has_run_for_long()
    {
        var host = new HostCores(1, 2, Slice);
        host.Want(0, true, 0);
        Assert.Equal(long.MaxValue, host.NextTurn);
        host.Want(1, true, 10 * Slice);
        Assert.True(host.IsOn(1));
        Assert.False(host.IsOn(0));
        host.Want(1, false, 10 * Slice + 1);
        Assert.True(host.IsOn(0));
    }
}
