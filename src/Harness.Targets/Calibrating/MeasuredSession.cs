using Harness.Records;

namespace Harness.Targets;

/// <summary>A session whose counts the model is fitted to or judged by.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Shape">Its shape; null for the plan's own.</param>
/// <param name="Session">The session's id.</param>
/// <param name="Guest">The machine its guests have.</param>
/// <param name="Records">Its records from real kernels.</param>
public sealed record MeasuredSession(string Plan, string? Shape, string Session, MachineShape Guest, IReadOnlyList<RunRecord> Records);
