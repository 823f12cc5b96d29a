namespace Harness.Host.Doctor;

/// <summary>One thing that was looked at on a host, and whether it can be used.</summary>
public sealed record Finding
{
    /// <summary>What it belongs to; one of <see cref="Areas"/>.</summary>
    public required string Area { get; init; }

    /// <summary>The thing's own name: <c>cpus</c>, <c>node1</c>, <c>demotion</c>, <c>interrupts.TLB</c>, a knob's name.</summary>
    public required string Name { get; init; }

    /// <summary>What was found, as short as it can be said; null when there is nothing to show.</summary>
    public string? Value { get; init; }

    /// <summary>True when an experiment can rely on it here.</summary>
    public required bool Usable { get; init; }

    /// <summary>Why it is not usable; on a usable thing a caution that belongs beside its numbers, or null.</summary>
    public string? Why { get; init; }

    /// <summary>What would make it usable; null when it is, or when nothing on this machine would.</summary>
    public string? Remedy { get; init; }
}
