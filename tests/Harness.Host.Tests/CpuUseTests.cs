using System.Diagnostics;
using System.Text;
using Harness.Host.Load;
using Harness.Host.Proc;
using Harness.Records;

namespace Harness.Host.Tests;

/// <summary>Is a host that others use told from one that only this program and its children use?</summary>
public sealed class CpuUseTests : IDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("harness-load-");

    public void Dispose() => root.Delete(recursive: true);

    [Fact]
    public void What_this_program_and_its_children_use_is_not_others_use()
    {
        CpuUse before = At(busy: 1000, idle: 9000, (10, 1, "me", 100), (11, 10, "child", 50), (12, 11, "grand child) 7", 0), (20, 1, "other", 30));
        CpuUse after = At(busy: 1100, idle: 9100, (10, 1, "me", 120), (11, 10, "child", 60), (12, 11, "grand child) 7", 30), (20, 1, "other", 65));
        Assert.Equal((100 - 60) / 200.0, after.OthersSince(before, self: 10), 9);
        Assert.Equal((20, "other"), after.BusiestSince(before, self: 10));
        Assert.Equal((12, "grand child) 7"), after.BusiestSince(before, self: 20));
    }

    [Fact]
    public void A_pid_that_was_given_away_counts_from_its_new_owners_zero()
    {
        CpuUse before = At(busy: 1000, idle: 9000, (10, 1, "me", 0), (20, 1, "old", 500));
        CpuUse after = At(busy: 1100, idle: 9000, (10, 1, "me", 0), (20, 10, "mine", 80));
        Assert.Equal(0.2, after.OthersSince(before, self: 10), 9);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1 (sh")]
    [InlineData("1 sh) S 1")]
    [InlineData("1 (sh) S")]
    [InlineData("1 (sh) S -1 0 0 0 0 0 0 0 0 0 1 1 0 0 20 0 1 0 77")]
    [InlineData("1 (sh) S 99999999999 0 0 0 0 0 0 0 0 0 1 1 0 0 20 0 1 0 77")]
    [InlineData("1 (sh) S 1 0 0 0 0 0 0 0 0 0 1 99999999999999999999999 0 0 20 0 1 0 77")]
    public void A_line_that_is_none_gives_nothing(string line) => Assert.Null(ProcessStat.Parse(Encoding.ASCII.GetBytes(line)));

    [Fact]
    public void The_running_kernels_files_are_read_and_this_process_is_among_them()
    {
        CpuUse before = CpuUse.Now();
        Stopwatch spin = Stopwatch.StartNew();
        while (spin.ElapsedMilliseconds < 200) { }
        CpuUse after = CpuUse.Now();
        Assert.True(after.All > before.All && after.Busy > before.Busy);
        ulong own = after.Processes[Environment.ProcessId].Ticks - before.Processes[Environment.ProcessId].Ticks;
        Assert.True(own > 0);
        Assert.InRange(after.OthersSince(before, Environment.ProcessId), 0, 1);
    }

    [Fact]
    public async Task A_host_that_stays_busy_fails_the_run_and_names_it()
    {
        // nobody may use less than nothing, so a host is never quiet enough
        RunFailedException busy = await Assert.ThrowsAsync<RunFailedException>(
            () => new QuietHost(mostShare: -1, TimeSpan.Zero).WaitAsync(CancellationToken.None));
        Assert.Equal(FailureKind.HostBusy, busy.Kind);
        await new QuietHost(mostShare: 1, TimeSpan.Zero).WaitAsync(CancellationToken.None);
    }

    private CpuUse At(int busy, int idle, params (int Pid, int Parent, string Name, int Ticks)[] processes)
    {
        string proc = Path.Combine(root.FullName, "proc");
        if (Directory.Exists(proc)) Directory.Delete(proc, recursive: true);
        foreach ((int pid, int parent, string name, int ticks) in processes)
        {
            string folder = Directory.CreateDirectory(Path.Combine(proc, $"{pid}")).FullName;
            File.WriteAllText(Path.Combine(folder, "stat"), $"{pid} ({name}) S {parent} 1 1 0 -1 4194560 9 9 0 0 {ticks} 0 0 0 20 0 1 0 77 0 0\n");
        }
        File.WriteAllText(Path.Combine(proc, "stat"), $"cpu  {busy - 3} 1 1 {idle - 10} 10 0 1 0 55 55\ncpu0 1 2 3\n");
        return CpuUse.Of(new HostTree(root.FullName));
    }
}
