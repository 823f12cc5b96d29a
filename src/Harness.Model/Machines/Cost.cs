namespace Harness.Model;

/// <summary>How a constant of the model came to be known.</summary>
public enum Provenance
{
    /// <summary>Measured by us, outside the experiments the model is held against.</summary>
    Measured,

    /// <summary>Taken from a publication or a public source text, which is named.</summary>
    Published,

    /// <summary>Fitted to measured runs; the machine says where they are described.</summary>
    Fitted,

    /// <summary>Our own estimate; the text says what it rests on.</summary>
    Assumed,
}

/// <summary>A constant of the model with where it comes from.</summary>
/// <param name="Value">The length of time.</param>
/// <param name="Provenance">How it is known.</param>
/// <param name="Source">The publication, the measurement or the reasoning: one line.</param>
public sealed record Cost(Nanoseconds Value, Provenance Provenance, string Source)
{
    internal long Ns => Value.Count;

    internal static Cost Assumed(long ns, string source) => new(new Nanoseconds(ns), Provenance.Assumed, source);

    internal static Cost Published(long ns, string source) => new(new Nanoseconds(ns), Provenance.Published, source);

    /// <summary>The same step at another length, as fitted to measured runs; never below a nanosecond.</summary>
    internal Cost Fitted(double ns) =>
        new(new Nanoseconds((long)Math.Max(1, Math.Round(ns))), Provenance.Fitted, $"fitted; assumed before: {Value}, {Source}");

    /// <summary>The same step, so many times as long.</summary>
    internal Cost Times(double factor) => Fitted(Ns * factor);

    /// <summary>The same path of code run by software emulation.</summary>
    internal Cost Translated(int slowdown) =>
        Assumed(Value.Count * slowdown, $"{slowdown} times the hardware's {Value}: binary translation with software page walks");
}
