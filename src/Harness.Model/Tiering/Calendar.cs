namespace Harness.Model;

/// <summary>
/// When something that serves one at a time, a lock or a drive, is taken: how much of each short span of time is given away. Actors act
/// whole actions ahead of one another, so that requests do not come in the order of their times; each takes the first time that is left.
/// </summary>
internal sealed class Calendar
{
    private const int SpanBits = 14;
    private const int Span = 1 << SpanBits;

    // A horizon of 67 ms, half of it kept for those who lag behind: longer than any actor's action. Assumed.
    private const int Spans = 4096;

    private readonly int[] used;
    private readonly long[] first;

    internal Calendar(StateArrays state)
    {
        used = state.Array<int>(Spans);
        first = state.Array<long>(1);
    }

    /// <summary>Takes time from a moment on.</summary>
    /// <param name="now">The moment.</param>
    /// <param name="ns">How much.</param>
    /// <returns>When it is served.</returns>
    internal long Reserve(long now, long ns)
    {
        long span = Math.Max(now >> SpanBits, first[0]);
        long left = ns;
        while (true)
        {
            if (span >= first[0] + Spans) Forget(span - Spans / 2);
            ref int taken = ref used[span & (Spans - 1)];
            long begin = span << SpanBits;
            long room = Math.Min(Span - taken, begin + Span - Math.Max(now, begin));
            if (left <= room)
            {
                taken += (int)left;
                return Math.Max(now + ns, begin + taken);
            }
            if (room > 0)
            {
                taken += (int)room;
                left -= room;
            }
            span++;
        }
    }

    private void Forget(long until)
    {
        long from = Math.Max(first[0], until - Spans);
        for (long span = from; span < until; span++) used[span & (Spans - 1)] = 0;
        first[0] = until;
    }
}
