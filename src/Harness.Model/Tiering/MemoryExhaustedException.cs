namespace Harness.Model;

/// <summary>The simulated machine has no memory left that could be reclaimed: the workload is too large for it.</summary>
/// <param name="message">What to do, in one line.</param>
public sealed class MemoryExhaustedException(string message) : Exception(message);
