namespace Harness.Model;

/// <summary>What was counted in one zone.</summary>
internal struct ZoneTally
{
    /// <summary>Pages handed out: pgalloc of the zone.</summary>
    internal long PageAlloc;

    /// <summary>Pages that came back: the zone's part of pgfree.</summary>
    internal long PageFree;

    /// <summary>Refills of per-CPU lists.</summary>
    internal long Refills;

    /// <summary>Pages that refills took from the buddy lists.</summary>
    internal long RefilledPages;

    /// <summary>Drains of per-CPU lists.</summary>
    internal long Drains;

    /// <summary>Pages that drains gave to the buddy lists.</summary>
    internal long DrainedPages;

    /// <summary>Blocks that a freed one merged with.</summary>
    internal long Merges;
}

/// <summary>What the allocator counts, apart from its state: nothing depends on it.</summary>
internal sealed class AllocatorTallies(StateArrays tallies, int zones)
{
    private readonly ZoneTally[] ofZones = tallies.Array<ZoneTally>(zones);

    internal ref ZoneTally this[int zone] => ref ofZones[zone];
}
