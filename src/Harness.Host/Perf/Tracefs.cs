using System.Globalization;
using System.Text;

namespace Harness.Host.Perf;

/// <summary>The kernel's tracing files, as far as counting tracepoints needs them. Mounts nothing.</summary>
/// <param name="roots">Where it may be mounted, best first.</param>
public sealed class Tracefs(params IReadOnlyList<string> roots)
{
    // An id is a 16-bit number and a line feed.
    private const int LongestId = 16;

    /// <summary>Its own mount point.</summary>
    internal const string MountPoint = "/sys/kernel/tracing";

    /// <summary>Its place below debugfs, which mounts it by itself.</summary>
    internal const string BelowDebugfs = "/sys/kernel/debug/tracing";

    /// <summary>The usual places.</summary>
    public static Tracefs Usual { get; } = new(MountPoint, BelowDebugfs);

    /// <summary>Where it is mounted, or null when it cannot be read here; then <see cref="Problem"/> says why.</summary>
    public string? Root => roots.FirstOrDefault(root => Directory.Exists(Path.Combine(root, "events")));

    /// <summary>The folder of all events, or null as for <see cref="Root"/>.</summary>
    public string? Events => Root is { } root ? Path.Combine(root, "events") : null;

    /// <summary>Why there are no tracing files here and what would make them usable.</summary>
    public string Problem =>
        !Directory.Exists(roots[0]) ? $"no {roots[0]}: the kernel is built without event tracing (CONFIG_TRACEPOINTS, CONFIG_FTRACE)"
        : !Environment.IsPrivilegedProcess ? $"{roots[0]} is not mounted or only root may read it; run as root"
        : $"tracefs is not mounted; 'mount -t tracefs tracefs {roots[0]}' makes tracepoints usable";

    /// <summary>The id of a tracepoint, as perf_event_open(2) wants it.</summary>
    /// <param name="subsystem">As <c>tlb</c>.</param>
    /// <param name="name">As <c>tlb_flush</c>.</param>
    /// <param name="why">When there is none: why, and what would help.</param>
    /// <returns>The id, or null.</returns>
    public ulong? FindId(string subsystem, string name, out string? why)
    {
        why = null;
        if (Events is not { } events)
        {
            why = Problem;
            return null;
        }
        string file = Path.Combine(events, subsystem, name, "id");
        if (!File.Exists(file))
        {
            why = $"this kernel has no tracepoint {subsystem}:{name} (no {file})";
            return null;
        }
        try
        {
            using FileStream stream = File.OpenRead(file);
            Span<byte> bytes = stackalloc byte[LongestId];
            string text = Encoding.ASCII.GetString(bytes[..stream.ReadAtLeast(bytes, LongestId, throwOnEndOfStream: false)]);
            if (ushort.TryParse(text.AsSpan().TrimEnd('\n'), NumberStyles.None, CultureInfo.InvariantCulture, out ushort id)) return id;
            why = $"{file}: does not hold a number";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            why = $"{file}: {e.Message}";
        }
        return null;
    }
}
