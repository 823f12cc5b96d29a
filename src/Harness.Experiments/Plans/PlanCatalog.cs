using Harness.Experiments.Yaml;
using Harness.Records;

namespace Harness.Experiments;

/// <summary>The plans that come with the project, and any other plan by its path.</summary>
/// <param name="folders">Where the plans are.</param>
/// <param name="known">The workloads and knobs there are.</param>
public sealed class PlanCatalog(Folders folders, Vocabulary known)
{
    /// <summary>The names of the plans, in order.</summary>
    public IReadOnlyList<string> Names => Directory.Exists(folders.Plans)
        ? [.. Directory.GetFiles(folders.Plans, "*.yaml").Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>A plan by its name, or by its path: anything with a <c>/</c> or ending in <c>.yaml</c> or <c>.yml</c>.</summary>
    /// <exception cref="UsageException">There is no such plan (the message lists those there are), or it cannot be taken.</exception>
    public LoadedPlan Load(string nameOrPath)
    {
        bool path = nameOrPath.Contains('/', StringComparison.Ordinal) || Path.GetExtension(nameOrPath) is ".yaml" or ".yml";
        if (!path && !Names.Contains(nameOrPath, StringComparer.Ordinal))
        {
            throw new UsageException(
                $"no plan {Words.Quote(nameOrPath)}; there are {string.Join(", ", Names)}, or give a path ending in .yaml");
        }
        string file = path ? nameOrPath : Path.Combine(folders.Plans, nameOrPath + ".yaml");
        string text = InputFile.Read(file);
        Plan plan = PlanFile.Parse(text, file, known);
        return new LoadedPlan(plan, plan.Described ?? known.Workloads.First(w => w.Name == plan.Workload), text, file);
    }
}
