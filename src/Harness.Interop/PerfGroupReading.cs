namespace Harness.Interop;

/// <summary>Room for one reading of a group of events, made once and filled again and again by <see cref="PerfEvent.Read"/>.</summary>
/// <param name="events">Events in the group.</param>
public sealed class PerfGroupReading(int events)
{
    // as native/harness_native.h has it: | nr | time_enabled | time_running | count 0 | count 1 | …
    internal const int Head = 3;

    internal readonly ulong[] Words = new ulong[Head + events];

    /// <summary>Events in the group.</summary>
    public int Events => Words.Length - Head;

    /// <summary>Time the group was enabled, in nanoseconds.</summary>
    public ulong Enabled => Words[1];

    /// <summary>Time it really counted, in nanoseconds: less than <see cref="Enabled"/> when it shared its hardware counters.</summary>
    public ulong Running => Words[2];

    /// <summary>The count of an event, in the order of opening; the leader is 0.</summary>
    public ulong this[int index] => Words[Head + index];
}
