using Harness.Interop;
using Harness.Records;

namespace Harness.Host.Knobs;

/// <summary>What can be done to a host before a run that leaves nothing to restore.</summary>
public static class HostActions
{
    private const string DropCaches = "drop_caches";
    private const string DropCachesFile = "/proc/sys/vm/drop_caches";

    /// <summary>The actions there are.</summary>
    public static IReadOnlyList<string> Names { get; } = [DropCaches];

    /// <summary>Refuses an unknown action, and one this process may not do.</summary>
    /// <exception cref="UsageException">No such action.</exception>
    /// <exception cref="HostCannotException">It needs root.</exception>
    internal static void Check(string action, KnobTree tree)
    {
        if (!Names.Contains(action, StringComparer.Ordinal))
            throw new UsageException($"unknown action '{PlainText.OneLine(action, 60)}'; there are: {string.Join(", ", Names)}");
        if (!HostFile.MayWrite(tree.At(DropCachesFile)))
            throw new HostCannotException($"action {action}: {tree.At(DropCachesFile)} cannot be written; run as root on the host itself");
    }

    /// <summary>Does an action that <see cref="Check"/> let pass.</summary>
    /// <exception cref="RunFailedException">The kernel refused it.</exception>
    internal static void Perform(string action, KnobTree tree)
    {
        try
        {
            // Dirty pages cannot be dropped, so they are written out first. 3 = page cache and slab objects.
            HostFile.SyncAll();
            tree.Write(DropCachesFile, "3");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RunFailedException(FailureKind.KnobRefused, $"action {action}: {e.Message}", inner: e);
        }
    }
}
