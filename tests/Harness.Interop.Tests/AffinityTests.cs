using Mono.Unix.Native;

namespace Harness.Interop.Tests;

/// <summary>Does a thread run where it was told to, and does the mask say the same?</summary>
public sealed class AffinityTests
{
    [Fact]
    public void What_is_set_is_read_back_and_obeyed() => OnItsOwnThread(() =>
    {
        int[] all = Affinity.Get();
        foreach (int cpu in all)
        {
            Affinity.Set([cpu]);
            Assert.Equal([cpu], Affinity.Get());
            Assert.Equal(cpu, Affinity.CurrentCpu);
        }
        Affinity.Set(all);
        Assert.Equal(all, Affinity.Get());
    });

    [Fact]
    public void A_set_without_an_online_CPU_is_EINVAL_and_changes_nothing() => OnItsOwnThread(() =>
    {
        int[] all = Affinity.Get();
        NativeException e = Assert.Throws<NativeException>(() => Affinity.Set([8191]));
        Assert.Equal(Errno.EINVAL, e.Errno);
        Assert.Contains("sched_setaffinity(0, cpus 8191)", e.Message, StringComparison.Ordinal);
        Assert.Equal(all, Affinity.Get());
    });

    [Fact]
    public void A_thread_that_does_not_exist_is_ESRCH() =>
        Assert.Equal(Errno.ESRCH, Assert.Throws<NativeException>(() => Affinity.Get(int.MaxValue)).Errno);

    [Theory]
    [InlineData(-1)]
    [InlineData(IdMask.MaxIds)]
    public void An_impossible_CPU_number_never_reaches_the_kernel(int cpu) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Affinity.Set([cpu]));

    [Fact]
    public void Masks_and_ids_are_each_other_s_inverse()
    {
        int[] ids = [0, 1, 63, 64, 127, 1023, 1024, IdMask.MaxIds - 1];
        Assert.Equal(ids, IdMask.Ids(IdMask.Of(ids)));
    }

    // The test runner's own thread keeps its CPUs.
    private static void OnItsOwnThread(Action test)
    {
        Exception? failure = null;
        Thread thread = new(() => failure = Record.Exception(test));
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }
}
