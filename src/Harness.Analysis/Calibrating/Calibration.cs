using Harness.Records;

namespace Harness.Analysis;

/// <summary>What a calibration found.</summary>
/// <param name="File">Where the constants were written.</param>
/// <param name="Constants">The constants with how and on what they were fitted.</param>
/// <param name="Matrix">Every row, fitted or held out, with the fitted constants.</param>
public sealed record Calibration(string File, FittedConstants Constants, ValidationMatrix Matrix);
