using System.Globalization;

namespace Harness.Host.Proc;

/// <summary>The kernel's memory tiers: folders <c>memory_tierN</c> with a <c>nodelist</c> each. A smaller N is faster memory.</summary>
internal static class MemoryTiers
{
    /// <summary>Where the kernel (6.1 and later) shows them.</summary>
    public const string Folder = "/sys/devices/virtual/memory_tiering";

    private const string Prefix = "memory_tier";

    /// <summary>The tier of each node; empty when the kernel shows no tiers.</summary>
    public static Dictionary<int, int> ByNode(HostTree tree)
    {
        var tiers = new Dictionary<int, int>();
        string folder = tree.PathOf(Folder);
        if (!Directory.Exists(folder)) return tiers;
        foreach (string path in Directory.EnumerateDirectories(folder, Prefix + "*"))
        {
            string name = Path.GetFileName(path);
            if (!TryNumber(name, out int tier)) continue;
            foreach (int node in tree.Ids($"{Folder}/{name}/nodelist") ?? []) tiers[node] = tier;
        }
        return tiers;
    }

    /// <summary>The number in a tier's folder name.</summary>
    public static bool TryNumber(ReadOnlySpan<char> name, out int tier)
    {
        tier = 0;
        return name.StartsWith(Prefix, StringComparison.Ordinal)
            && int.TryParse(name[Prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out tier);
    }
}
