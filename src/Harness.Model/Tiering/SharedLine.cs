namespace Harness.Model;

/// <summary>
/// A cache line that all who do the same thing change with atomic operations: a lock taken for reading, a reference count. Nobody waits for
/// another to finish, but the line is in one cache at a time, and while others want it each operation has to fetch it anew.
/// </summary>
internal sealed class SharedLine(StateArrays state, Clock clock, Costs costs)
{
    private readonly Calendar calendar = new(state);
    private readonly int[] owner = state.Array<int>(1);

    /// <summary>The present actor does so many atomic operations on the line.</summary>
    internal void Change(int operations)
    {
        if (owner[0] == clock.Actor) return;
        owner[0] = clock.Actor;
        clock.WaitUntil(Component.Lock, calendar.Reserve(clock.Now, operations * costs.FetchLine.Ns));
    }
}
