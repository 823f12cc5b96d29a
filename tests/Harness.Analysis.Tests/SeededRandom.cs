namespace Harness.Analysis.Tests;

/// <summary>A small generator of our own, so that a test's numbers are the same on every runtime: splitmix64 and Box-Muller.</summary>
internal sealed class SeededRandom(ulong seed)
{
    private ulong state = seed;

    public double Uniform()
    {
        state += 0x9E3779B97F4A7C15;
        ulong z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }

    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Uniform())) * Math.Cos(2 * Math.PI * Uniform());
}
