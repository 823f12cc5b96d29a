namespace Harness.Reports;

/// <summary>A table's cell.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Small">A second line in small print; empty for none.</param>
/// <param name="Style">A class of page.css; empty for none.</param>
internal readonly record struct PageCell(string Text, string Small = "", string Style = "");
