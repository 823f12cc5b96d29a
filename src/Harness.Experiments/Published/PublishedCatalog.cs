using Harness.Experiments.Yaml;
using Harness.Records;

namespace Harness.Experiments;

/// <summary>The published figures that the model is held against: the files of <c>workloads/published</c>.</summary>
public static class PublishedCatalog
{
    /// <summary>All figures, by file.</summary>
    /// <param name="folders">Where they are.</param>
    /// <exception cref="UsageException">A file cannot be read.</exception>
    public static IReadOnlyList<PublishedFigure> Load(Folders folders) => Directory.Exists(folders.Published)
        ? [.. Directory.GetFiles(folders.Published, "*.yaml").Order(StringComparer.Ordinal)
            .SelectMany(file => PublishedFile.Parse(InputFile.Read(file), file))]
        : [];
}
