using Harness.Experiments.Yaml;
using Harness.Records;

namespace Harness.Experiments;

/// <summary>Reads a machine; the format is described in <c>workloads/machines/README.md</c>.</summary>
public static class MachineFile
{
    /// <summary>How the source of a value begins that nobody published.</summary>
    public const string Assumed = "assumed:";

    // the limits are assumed: far beyond any machine, and small enough that no sum of them overflows
    private const int MaxNodes = 64;
    private const int MaxCpus = 4_096;
    private const int MaxThreadsPerCore = 8;
    private const int MaxClockMHz = 20_000;
    private const int MaxMemoryMiB = 1 << 22;    // 4 TiB, whose pages fit an int
    private const int MaxLatencyNs = 1_000_000;
    private const int MaxBandwidthMiBps = 10_000_000;
    private const long MaxStorageBytesPerSecond = 1_000_000_000_000;
    private const int MaxStorageLatencyNs = 1_000_000_000;

    /// <summary>The machine that the text describes.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="fileName">Its name: for messages, and without its ending the machine's name.</param>
    /// <exception cref="UsageException">The text is not a machine, or a value has no source; the message names file, line, column and
    /// key.</exception>
    public static MachineDescription Parse(string text, string fileName)
    {
        YamlMap root = YamlText.Parse(text, fileName).Map("the machine")
            .Only("a machine", "title", "experiment", "threadsPerCore", "tlb", "clockMHz", "nodes", "storage");
        YamlList nodes = root.Need("nodes", "the machine").List("nodes");
        if (nodes.Items.Count is 0 or > MaxNodes) throw nodes.Error($"the machine has {nodes.Items.Count} nodes; give 1 to {MaxNodes}");
        YamlMap storage = root.Need("storage", "the machine").Map("storage").Only("storage", "bytesPerSecond", "latencyNs");
        var machine = new MachineDescription
        {
            Name = Path.GetFileNameWithoutExtension(fileName),
            Title = root.Need("title", "the machine").Text("title"),
            Experiment = root.Need("experiment", "the machine").Text("experiment"),
            ThreadsPerCore = Number(root, "threadsPerCore", 1, MaxThreadsPerCore),
            Tlb = Value(root, "tlb", node => node.Text("tlb", 32)),
            ClockMHz = Number(root, "clockMHz", 1, MaxClockMHz),
            Nodes = [.. nodes.Items.Select(Node)],
            Storage = new StorageDescription(
                Value(storage, "bytesPerSecond", node => (long)node.Whole("bytesPerSecond", 1, MaxStorageBytesPerSecond)),
                Number(storage, "latencyNs", 1, MaxStorageLatencyNs)),
        };
        if (machine.Cpus is 0 or > MaxCpus) throw nodes.Error($"the machine has {machine.Cpus} CPUs; give 1 to {MaxCpus}");
        return machine;
    }

    private static DescribedNode Node(YamlNode item)
    {
        YamlMap map = item.Map("a node").Only("a node", "cpus", "memoryMiB", "latencyNs", "bandwidthMiBps");
        return new DescribedNode
        {
            Cpus = Number(map, "cpus", 0, MaxCpus),
            MemoryMiB = Number(map, "memoryMiB", 1, MaxMemoryMiB),
            LatencyNs = Number(map, "latencyNs", 1, MaxLatencyNs),
            BandwidthMiBps = Number(map, "bandwidthMiBps", 1, MaxBandwidthMiBps),
        };
    }

    private static Sourced<int> Number(YamlMap map, string key, int least, int most) =>
        Value(map, key, node => (int)node.Whole(key, (ulong)least, (ulong)most));

    private static Sourced<T> Value<T>(YamlMap map, string key, Func<YamlNode, T> read)
    {
        YamlMap pair = map.Need(key, "the machine").Map(key).Only(key, "value", "source");
        T value = read(pair.Need("value", key));
        YamlNode cited = pair.Find("source")
            ?? throw pair.Error($"{key} has no source; add 'source: …', a citation or '{Assumed}' and what it rests on");
        string source = cited.Text($"the source of {key}");
        return source.Trim() != Assumed
            ? new Sourced<T>(value, source)
            : throw cited.Error($"the source of {key} says '{Assumed}' and no more; say what the assumption rests on");
    }
}
