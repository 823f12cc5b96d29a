namespace Harness.Host.Knobs;

/// <summary>How an attempt to put a knob back ended, ready to be printed.</summary>
/// <param name="Knob">The knob's name.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Pending">True while the journal keeps the entry: somebody still has to act.</param>
/// <param name="Message">One line: both values, and what to do where something is to be done.</param>
public sealed record RestoreReport(string Knob, RestoreOutcome Outcome, bool Pending, string Message);
