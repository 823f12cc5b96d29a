using System.Diagnostics;
using Harness.Records;

namespace Harness.Experiments.Tests;

public sealed class FullDiskTests
{
    [SkippableFact]
    public async Task A_full_disk_ends_in_one_line_with_the_records_so_far_intact()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "mounting a small file system needs root");
        using var home = new TempHome();
        Skip.IfNot(Run("mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", home.Folders.Home), "this host does not let root mount a tmpfs");
        try
        {
            var bench = new Bench(home);
            HostCannotException e = await Assert.ThrowsAsync<HostCannotException>(() => bench.Runner.RunAsync(TempHome.WithPairs(50), default));
            Assert.StartsWith($"cannot write {home.Folders.Home}", e.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', e.Message);

            Manifest manifest = home.ReadManifest();
            int done = manifest.Runs.Count(r => r.State == RunState.Done);
            Assert.InRange(done, 1, 99);
            Assert.All(manifest.Runs.Take(done), r => RecordJson.Read<RunRecord>(File.ReadAllText(Path.Combine(home.OnlySession, r.Record!)), "test"));

            // the last record may have found room where the manifest that names it did not
            int kept = Directory.GetFiles(Path.Combine(home.OnlySession, "runs"), "*.json").Length;
            Assert.InRange(kept, done, done + 1);

            Assert.True(Run("mount", "-o", "remount,size=8m", home.Folders.Home));
            var next = new Bench(home);
            Session session = await next.Runner.ResumeAsync(TempHome.Shipped, default);
            Assert.Equal(100, session.Records.Count);
            Assert.Equal(100 - kept, next.Requests.Count);
        }
        finally
        {
            Assert.True(Run("umount", home.Folders.Home), "a file of the session is still open");
        }
    }

    private static bool Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
