namespace Harness.Traces;

/// <summary>
/// The first byte of an event:
/// <code>
///    7      6      5     4       0
///  +------+------+-----+----------+
///  | more | flag | pid |   kind   |
///  +------+------+-----+----------+
/// </code>
/// </summary>
internal static class EventTag
{
    /// <summary>The kind.</summary>
    internal const int Kind = TraceFormat.MostKinds;

    /// <summary>The task is another than that of the block's event before: its id follows.</summary>
    internal const int Pid = Kind + 1;

    /// <summary><see cref="TraceEvent.Flag"/>.</summary>
    internal const int Flag = Pid << 1;

    /// <summary>
    /// A kind with an order: it is not 0 and follows. A kind with an address space or CPUs: they are others than before, and references
    /// follow.
    /// </summary>
    internal const int More = Flag << 1;
}
