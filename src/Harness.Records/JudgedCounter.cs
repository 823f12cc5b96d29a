using System.Text.Json.Serialization;

namespace Harness.Records;

/// <summary>Which way a counter is better.</summary>
[JsonConverter(typeof(WordConverter<Better>))]
public enum Better
{
    /// <summary>Fewer is better: interrupts, flushes, misses, seconds.</summary>
    Lower,

    /// <summary>More is better: pages per second, pages migrated.</summary>
    Higher,

    /// <summary>
    /// Neither: a part or a side effect that a reader wants to see move, and that makes nothing better or worse by itself.
    /// </summary>
    Neither,
}

/// <summary>A counter that a plan wants shown and judged.</summary>
/// <param name="Name">The counter's name; see <see cref="Counter.Name"/>.</param>
/// <param name="Better">Which way it is better.</param>
/// <param name="PerCpu">True to show its parts too, one row a CPU, named <c>NAME/cpuN</c>.</param>
public sealed record JudgedCounter(string Name, Better Better, bool PerCpu = false);
