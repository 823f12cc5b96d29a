using Harness.Experiments.Yaml;
using Harness.Records;

namespace Harness.Experiments;

/// <summary>The machines of the published experiments: one file each in <c>workloads/machines</c>.</summary>
public static class MachineCatalog
{
    /// <summary>The names of the machines, in order.</summary>
    /// <param name="folders">Where they are.</param>
    public static IReadOnlyList<string> Names(Folders folders) => Directory.Exists(folders.Machines)
        ? [.. Directory.GetFiles(folders.Machines, "*.yaml")
            .Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>The machine of that name.</summary>
    /// <param name="folders">Where the machines are.</param>
    /// <param name="name">Its name.</param>
    /// <exception cref="UsageException">There is none (the message lists those there are), or its file cannot be taken.</exception>
    public static MachineDescription Load(Folders folders, string name)
    {
        IReadOnlyList<string> all = Names(folders);
        if (!all.Contains(name, StringComparer.Ordinal))
            throw new UsageException($"no machine {Words.Quote(name)}; {Words.Instead(name, all)}");
        string file = Path.Combine(folders.Machines, name + ".yaml");
        return MachineFile.Parse(InputFile.Read(file), file);
    }
}
