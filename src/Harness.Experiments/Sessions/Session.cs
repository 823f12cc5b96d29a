using Harness.Records;

namespace Harness.Experiments;

/// <summary>A session after its last run.</summary>
/// <param name="Folder">Its folder: <c>manifest.json</c>, <c>runs/</c>, <c>logs/</c>.</param>
/// <param name="Manifest">What was done.</param>
/// <param name="Records">The newest record of each run, in the order of runs.</param>
public sealed record Session(string Folder, Manifest Manifest, IReadOnlyList<RunRecord> Records);
