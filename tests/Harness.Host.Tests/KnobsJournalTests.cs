using System.Diagnostics;
using System.Text;
using Harness.Host.Knobs;
using Harness.Records;

namespace Harness.Host.Tests;

public sealed class KnobsJournalTests
{
    [Fact]
    public void A_journal_cut_at_any_byte_never_loses_a_restore_that_is_needed()
    {
        using KnobsFakeHost host = new();
        host.SetByDeadRun("numa_balancing", "2");
        long afterSet = new FileInfo(host.JournalPath).Length;
        host.Knobs.RestoreAtStart();
        byte[] whole = File.ReadAllBytes(host.JournalPath);
        Assert.True(whole.Length > afterSet);

        for (int cut = 0; cut <= whole.Length; cut++)
        {
            // The power cut came while this much of the journal was on disk. A value is set only once its whole line is.
            File.WriteAllBytes(host.JournalPath, whole[..cut]);
            host.Put("/proc/sys/kernel/numa_balancing", cut < afterSet ? "1\n" : "2\n");
            bool closedOnDisk = cut == whole.Length;
            IReadOnlyList<RestoreReport> reports = host.Knobs.RestoreAtStart();
            Assert.Equal(cut >= afterSet && !closedOnDisk ? 1 : 0, reports.Count);
            if (!closedOnDisk) Assert.Equal("1", host.Value("numa_balancing"));

            // And what is written next is readable: the unfinished line does not spoil it.
            host.Knobs.Set("demotion_enabled", "true");
            Assert.Equal("true", host.Listed("demotion_enabled").Open!.New);
            host.Knobs.RestoreAll(force: false);
        }
    }

    [Fact]
    public void Any_changed_byte_in_a_finished_line_stops_the_program_and_the_file_is_kept()
    {
        using KnobsFakeHost host = new();
        host.SetByDeadRun("numa_balancing", "2");
        byte[] whole = File.ReadAllBytes(host.JournalPath);
        for (int at = 0; at < whole.Length - 1; at++)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= 0x20;
            File.WriteAllBytes(host.JournalPath, damaged);
            if (damaged[at] is (byte)'\n') continue;
            try
            {
                host.Knobs.RestoreAtStart();

                // Only a checksum digit in the other case still says the same.
                Assert.True(at >= Journal.Header.Length + 1 && at < Journal.Header.Length + 9, $"byte {at} was changed and nobody noticed");
                host.Put("/proc/sys/kernel/numa_balancing", "2\n");
            }
            catch (HostCannotException e)
            {
                Assert.Contains(host.JournalPath, e.Message, StringComparison.Ordinal);
                Assert.Contains("move the file away", e.Message, StringComparison.Ordinal);
                Assert.Equal(damaged, File.ReadAllBytes(host.JournalPath));
                Assert.Equal("2", host.Value("numa_balancing"));
            }
        }
    }

    [Theory]
    [InlineData("not a journal\n")]
    [InlineData("harness knob journal 2\n")]
    [InlineData("harness knob journal 1\n00000000 {}\n")]
    [InlineData("harness knob journal 1\n\n")]
    [InlineData("harness knob journal 1\n\0\0\0\0\0\0\0\0\0\0\0\0\n\n")]
    public void A_file_that_is_no_journal_is_refused_in_one_line(string content)
    {
        using KnobsFakeHost host = new();
        Directory.CreateDirectory(host.Home);
        File.WriteAllText(host.JournalPath, content);
        HostCannotException refused = Assert.Throws<HostCannotException>(() => host.Knobs.RestoreAtStart());
        Assert.DoesNotContain('\n', refused.Message);
        Assert.Throws<HostCannotException>(() => host.Knobs.Set("numa_balancing", "2"));
        Assert.Equal("1", host.Value("numa_balancing"));
        Assert.Equal(content, File.ReadAllText(host.JournalPath));
    }

    [Fact]
    public void No_knob_is_set_when_the_journal_cannot_be_written()
    {
        using KnobsFakeHost host = new();
        Directory.CreateDirectory(host.JournalPath);
        Assert.Throws<HostCannotException>(() => host.Knobs.Set("numa_balancing", "2"));
        Assert.Equal("1", host.Value("numa_balancing"));
    }

    [SkippableFact]
    public void No_knob_is_set_when_the_disk_is_full_and_the_next_start_still_restores_what_was_set_before()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "mounting a small file system needs root");
        using KnobsFakeHost host = new();
        Directory.CreateDirectory(host.Home);
        Skip.If(Run("mount", "-t", "tmpfs", "-o", "size=16k", "none", host.Home) != 0, "this environment lets nobody mount a tmpfs");
        try
        {
            host.Knobs.Set("numa_balancing", "2");
            Fill(Path.Combine(host.Home, "filler"), host.JournalPath);
            HostCannotException full = Assert.Throws<HostCannotException>(() =>
            {
                // The journal's last page has room for a few lines more.
                for (int i = 0; i < 100; i++) host.Knobs.Set("demotion_enabled", i % 2 == 0 ? "true" : "false");
            });
            Assert.Contains("stays at", full.Message, StringComparison.Ordinal);
            string demotion = host.Value("demotion_enabled");
            Assert.Equal(host.Listed("demotion_enabled").Open?.New ?? "false", demotion);

            // The values go back whether or not there is room to note it; once there is, nothing stays open.
            host.Knobs.RestoreAll(force: false);
            Assert.Equal("1", host.Value("numa_balancing"));
            Assert.Equal("false", host.Value("demotion_enabled"));
            File.Delete(Path.Combine(host.Home, "filler"));
            host.Knobs.RestoreAll(force: false);
            Assert.Null(host.Listed("numa_balancing").Open);
            Assert.Null(host.Listed("demotion_enabled").Open);
        }
        finally
        {
            Assert.Equal(0, Run("umount", host.Home));
        }
    }

    [SkippableFact]
    public void On_a_disk_that_has_gone_read_only_the_next_start_still_restores_and_says_that_it_cannot_note_it()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "mounting a small file system needs root");
        using KnobsFakeHost host = new();
        Directory.CreateDirectory(host.Home);
        Skip.If(Run("mount", "-t", "tmpfs", "none", host.Home) != 0, "this environment lets nobody mount a tmpfs");
        try
        {
            HostLock.Take(host.Home).Dispose();
            host.SetByDeadRun("numa_balancing", "2");
            Assert.Equal(0, Run("mount", "-o", "remount,ro", host.Home));
            RestoreReport report = Assert.Single(host.Knobs.RestoreAtStart());
            Assert.Equal("1", host.Value("numa_balancing"));
            Assert.True(report.Pending);
            Assert.Contains("could not be noted", report.Message, StringComparison.Ordinal);
            Assert.Throws<HostCannotException>(() => host.Knobs.Set("demotion_enabled", "true"));
            Assert.Equal("false", host.Value("demotion_enabled"));
        }
        finally
        {
            Assert.Equal(0, Run("umount", host.Home));
        }
    }

    [Fact]
    public void A_last_line_of_which_only_the_end_reached_the_disk_is_none()
    {
        using KnobsFakeHost host = new();
        host.SetByDeadRun("numa_balancing", "2");
        byte[] whole = File.ReadAllBytes(host.JournalPath);
        int line = whole.AsSpan(..^1).LastIndexOf((byte)'\n') + 1;
        whole.AsSpan(line, 100).Clear();
        File.WriteAllBytes(host.JournalPath, whole);
        host.Put("/proc/sys/kernel/numa_balancing", "1\n");
        Assert.Empty(host.Knobs.RestoreAtStart());

        // A shorter line in its place does not leave its end standing.
        JournalEntry entry = host.Changes.Set(host.Tree.Find("numa_balancing"), "0", KnobOwner.User)!;
        Assert.Equal(1, entry.Id);
        Assert.Equal("0", host.Listed("numa_balancing").Open!.New);
        Assert.Equal(2, File.ReadAllLines(host.JournalPath).Length);
    }

    [Fact]
    public void A_sync_that_the_system_refuses_is_no_sync()
    {
        // .NET's own takes the device's EINVAL, and a read-only file system's EROFS, for success.
        using Microsoft.Win32.SafeHandles.SafeFileHandle device = File.OpenHandle("/dev/null", access: FileAccess.Write);
        RandomAccess.FlushToDisk(device);
        IOException refused = Assert.Throws<IOException>(() => DurableFile.Sync(device, "/dev/null"));
        Assert.Contains("fsync /dev/null", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_history_is_cut_and_what_is_still_changed_stays()
    {
        using KnobsFakeHost host = new();
        host.Knobs.Set("thp_enabled", "never");
        host.SetByDeadRun("numa_balancing", "2");
        host.Knobs.RestoreAtStart();
        long longest = 0;
        for (int i = 0; i < 200; i++)
        {
            JournalEntry entry = host.Changes.Set(host.Tree.Find("demotion_enabled"), "true", KnobOwner.Run)!;
            host.Changes.Undo([entry], force: false, RestoredBy.Owner);
            longest = Math.Max(longest, new FileInfo(host.JournalPath).Length);
        }
        Assert.InRange(longest, 30_000, 70_000);
        Assert.Equal("never", host.Listed("thp_enabled").Open!.New);
        Assert.Equal(RestoredBy.NextStart, host.Listed("numa_balancing").LastClosing!.By);
        host.Knobs.RestoreAll(force: false);
        Assert.Equal("madvise", host.Value("thp_enabled"));
    }

    private static void Fill(string filler, string journal)
    {
        using FileStream file = new(filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        byte[] page = Encoding.ASCII.GetBytes(new string('x', 4096));
        try
        {
            while (true) file.Write(page);
        }
        catch (IOException)
        {
            Assert.True(File.Exists(journal));
        }
    }

    private static int Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
