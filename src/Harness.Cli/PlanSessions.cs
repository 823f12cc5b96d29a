using Harness.Experiments;
using Harness.Records;
using Harness.Store;

namespace Harness.Cli;

/// <summary>The stored sessions of a plan's shapes.</summary>
internal static class PlanSessions
{
    /// <summary>The plan's own shape (null) and its named ones.</summary>
    public static IEnumerable<string?> ShapesOf(Plan plan) => plan.Shapes.Select(shape => (string?)shape.Name).Prepend(null);

    /// <summary>The last session of each shape that has measured runs; null where there is none.</summary>
    public static IEnumerable<(string? Shape, StoredSession? Session)> Of(Folders folders, Plan plan)
    {
        using ResultStore store = StoredSession.OpenStore(folders);
        foreach (string? shape in ShapesOf(plan))
        {
            Manifest? manifest = store.LatestSession(plan.Name, shape);
            StoredSession? session = manifest is null ? null : new StoredSession(manifest, store.Records(manifest.Session));
            yield return (shape, session is { Measured.Count: > 0 } ? session : null);
        }
    }

    /// <summary>A plan and a shape in words.</summary>
    public static string Name(string plan, string? shape) => shape is null ? plan : $"{plan} {shape}";
}
