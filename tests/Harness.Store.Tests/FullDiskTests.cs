using System.Diagnostics;
using Harness.Records;

namespace Harness.Store.Tests;

public sealed class FullDiskTests
{
    [SkippableFact]
    public void A_full_disk_ends_in_one_line_and_loses_nothing()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "mounting a small file system needs root");
        using var folder = new StoreFolder();
        Skip.IfNot(Run("mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", folder.Home), "this host does not let root mount a tmpfs");
        try
        {
            int stored = 0;
            using (ResultStore store = folder.Open())
            {
                HostCannotException e = Assert.Throws<HostCannotException>(() =>
                {
                    for (; stored < 10_000; stored++) store.SaveRecord(Sample.Record("a", stored));
                });
                Assert.Contains(folder.Database, e.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', e.Message);
                Assert.Equal(stored, store.Records("a").Count);
            }
            Assert.InRange(stored, 1, 9_999);
            using ResultStore again = folder.Open();
            Assert.Equal(stored, again.Records("a").Count);
            Assert.Empty(folder.Aside());
        }
        finally
        {
            Assert.True(Run("umount", folder.Home), "the store still holds a file open");
        }
    }

    private static bool Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
