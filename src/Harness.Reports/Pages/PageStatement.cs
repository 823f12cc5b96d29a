namespace Harness.Reports;

/// <summary>One thing a page has to say, with a word and a mark for its kind.</summary>
/// <param name="Style">A class of page.css.</param>
/// <param name="Mark">One character that stands for the kind, also for who cannot tell its colour.</param>
/// <param name="Word">The kind.</param>
/// <param name="Name">What it is about.</param>
/// <param name="Text">What is to be said of it.</param>
internal sealed record PageStatement(string Style, string Mark, string Word, string Name, string Text);
