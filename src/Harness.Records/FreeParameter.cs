namespace Harness.Records;

/// <summary>A constant that a fit may change, between two bounds on a logarithmic scale.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="What">What it is.</param>
/// <param name="Assumed">Its value before the fit.</param>
/// <param name="Low">The lowest value; above 0.</param>
/// <param name="High">The highest.</param>
public sealed record FreeParameter(string Name, string Unit, string What, double Assumed, double Low, double High)
{
    /// <summary>
    /// The value at a place of the scale, 0 being <see cref="Low"/> and 1 <see cref="High"/>; places outside are the ends.
    /// </summary>
    /// <param name="place">The place.</param>
    public double At(double place) => Low * Math.Pow(High / Low, Math.Clamp(place, 0, 1));

    /// <summary>The place of a value.</summary>
    public double PlaceOf(double value) => Math.Log(value / Low) / Math.Log(High / Low);

    /// <summary>How far apart on the scale two values are of which one is by that share larger.</summary>
    public double Step(double share) => Math.Log(1 + share) / Math.Log(High / Low);
}
