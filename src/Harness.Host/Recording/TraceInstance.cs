using System.Globalization;
using Harness.Host.Knobs;

namespace Harness.Host.Recording;

/// <summary>
/// Our instance of the kernel's tracing: ring buffers, switches and a clock of its own, which no other user of tracing sees. Probes are one
/// list for all instances; ours are in a group of their own.
/// </summary>
/// <param name="tree">The kernel's files.</param>
/// <param name="root">Where tracefs is mounted.</param>
internal sealed class TraceInstance(KnobTree tree, string root)
{
    private readonly string folder = $"{root}/instances/{RecordingKnob.Ours}";
    private readonly string probes = $"{root}/kprobe_events";

    /// <summary>True when it is there.</summary>
    internal bool Exists => Directory.Exists(tree.At(folder));

    /// <summary>A file of the instance, as this process opens it.</summary>
    internal string PathOf(string file) => tree.At($"{folder}/{file}");

    /// <summary>Names of the probes in our group.</summary>
    /// <exception cref="IOException">The list cannot be read.</exception>
    internal IReadOnlyList<string> OwnProbes()
    {
        // A kernel without kprobes has no such list.
        if (!File.Exists(tree.At(probes))) return [];
        List<string> names = [];
        foreach (string line in tree.ReadLines(probes))
        {
            // "p:harness/deferred set_tlb_ubc_flush_pending …", "r4:harness/cleared …"
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0 || !line.AsSpan(colon + 1).StartsWith(Probe.Group + "/", StringComparison.Ordinal)) continue;
            string rest = line[(colon + 1 + Probe.Group.Length + 1)..];
            int end = rest.IndexOf(' ', StringComparison.Ordinal);
            names.Add(end < 0 ? rest : rest[..end]);
        }
        return names;
    }

    /// <summary>Makes the instance, not tracing.</summary>
    /// <exception cref="IOException">The kernel refused it.</exception>
    internal void Make()
    {
        tree.MakeFolder(folder);
        Write("tracing_on", "0");
    }

    /// <summary>
    /// Removes what is there of instance and probes. An instance goes with all that is set in it, unless one of its files is still open.
    /// </summary>
    /// <exception cref="IOException">The kernel refused it.</exception>
    internal void Remove()
    {
        if (Exists)
        {
            Write("tracing_on", "0");
            tree.RemoveFolder(folder);
        }
        foreach (string name in OwnProbes()) tree.Append(probes, $"-:{Probe.Group}/{name}");
    }

    /// <summary>Adds a probe to the group.</summary>
    /// <param name="definition">Its line, which names the group.</param>
    /// <exception cref="IOException">The kernel refused it.</exception>
    internal void Add(string definition) => tree.Append(probes, definition);

    /// <summary>Writes a file of the instance.</summary>
    /// <exception cref="IOException">The kernel refused it.</exception>
    internal void Write(string file, string value) => tree.Write($"{folder}/{file}", value);

    /// <summary>A file of the instance.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal string Read(string file) => tree.ReadText($"{folder}/{file}");

    /// <summary>An event's <c>format</c>, by which its records are read.</summary>
    /// <exception cref="IOException">There is no such event.</exception>
    internal EventFormat Format(string system, string name) =>
        EventFormat.Parse(tree.ReadLines($"{root}/events/{system}/{name}/format"));

    /// <summary>
    /// Hits and misses of the probes of the group since they were made, by name: the kernel's own count, whether tracing is on or not.
    /// </summary>
    /// <exception cref="IOException">The list cannot be read.</exception>
    internal IReadOnlyDictionary<string, (long Hits, long Misses)> Hits()
    {
        Dictionary<string, (long Hits, long Misses)> hits = [];
        string profile = $"{root}/kprobe_profile";
        if (!File.Exists(tree.At(profile))) return hits;
        HashSet<string> own = [.. OwnProbes()];
        foreach (string line in tree.ReadLines(profile))
        {
            // "  name                hits            missed"
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 3 || !own.Contains(words[0])) continue;
            if (long.TryParse(words[^2], NumberStyles.None, CultureInfo.InvariantCulture, out long hit)
                && long.TryParse(words[^1], NumberStyles.None, CultureInfo.InvariantCulture, out long miss))
                hits[words[0]] = (hit, miss);
        }
        return hits;
    }
}
