using Harness.Experiments.Yaml;
using Harness.Records;

namespace Harness.Experiments;

/// <summary>The workloads that come with the project: one folder each with a <c>workload.yaml</c>.</summary>
public static class WorkloadCatalog
{
    /// <summary>All workloads, by name.</summary>
    /// <param name="folders">Where they are.</param>
    /// <exception cref="UsageException">A descriptor cannot be read.</exception>
    public static IReadOnlyList<Workload> List(Folders folders)
    {
        if (!Directory.Exists(folders.Workloads)) return [];
        var workloads = new List<Workload>();
        foreach (string folder in Directory.GetDirectories(folders.Workloads).Order(StringComparer.Ordinal))
        {
            string file = Path.Combine(folder, "workload.yaml");
            if (!File.Exists(file)) continue;
            Workload workload = WorkloadFile.Parse(InputFile.Read(file), file);
            if (workload.Name != Path.GetFileName(folder))
                throw new UsageException($"{file}: name is '{workload.Name}'; give the folder's name, '{Path.GetFileName(folder)}'");
            workloads.Add(workload);
        }
        foreach (Workload workload in workloads.Where(w => w.StandIn is not null && workloads.All(other => other.Name != w.StandIn)))
            throw new UsageException($"workload {workload.Name}: its standIn is '{workload.StandIn}', and there is no such workload");
        return workloads;
    }

    /// <summary>The workload of that name.</summary>
    /// <param name="folders">Where the workloads are.</param>
    /// <param name="name">Its name.</param>
    /// <exception cref="UsageException">There is none of that name; the message lists those there are.</exception>
    public static Workload Load(Folders folders, string name)
    {
        IReadOnlyList<Workload> all = List(folders);
        return all.FirstOrDefault(w => w.Name == name)
            ?? throw new UsageException($"no workload {Words.Quote(name)}; {Words.Instead(name, [.. all.Select(w => w.Name)])}");
    }
}
