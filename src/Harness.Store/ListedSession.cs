using Harness.Records;

namespace Harness.Store;

/// <summary>A session in a list.</summary>
/// <param name="Manifest">What it set out to do and how far it came.</param>
/// <param name="Kernels">The releases of the kernels that its runs had, in ordinal order; none on the model.</param>
public sealed record ListedSession(Manifest Manifest, IReadOnlyList<string> Kernels);
