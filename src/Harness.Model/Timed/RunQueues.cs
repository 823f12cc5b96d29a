namespace Harness.Model;

/// <summary>The threads waiting for each CPU, in order: doubly-ended lists in one flat array of links.</summary>
internal sealed class RunQueues
{
    private const int End = -1;

    private readonly int[] first;
    private readonly int[] last;
    private readonly int[] next;

    internal RunQueues(int cpus, int threads)
    {
        first = new int[cpus];
        last = new int[cpus];
        next = new int[threads];
        Array.Fill(first, End);
        Array.Fill(last, End);
    }

    internal bool Any(int cpu) => first[cpu] != End;

    /// <summary>The thread whose turn is next, or -1.</summary>
    internal int First(int cpu) => first[cpu];

    internal void AddLast(int cpu, int thread)
    {
        next[thread] = End;
        if (first[cpu] == End) first[cpu] = thread;
        else next[last[cpu]] = thread;
        last[cpu] = thread;
    }

    internal void AddFirst(int cpu, int thread)
    {
        next[thread] = first[cpu];
        if (first[cpu] == End) last[cpu] = thread;
        first[cpu] = thread;
    }

    internal int TakeFirst(int cpu)
    {
        int thread = first[cpu];
        first[cpu] = next[thread];
        if (first[cpu] == End) last[cpu] = End;
        return thread;
    }
}
