namespace Harness.Experiments;

/// <summary>The names that a plan may use and that other parts of the product define.</summary>
/// <param name="Workloads">The workloads there are.</param>
/// <param name="Knobs">The names of the knobs there are.</param>
/// <param name="Machines">The names of the machines there are.</param>
public sealed record Vocabulary(IReadOnlyList<Workload> Workloads, IReadOnlyList<string> Knobs, IReadOnlyList<string> Machines);
