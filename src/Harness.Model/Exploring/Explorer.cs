namespace Harness.Model;

/// <summary>
/// Searches all interleavings of the atomic steps that the CPUs of a scene can take, breadth first, so that a counterexample is a shortest
/// one. States are told apart by a hash. A way that went wrong is not followed further.
/// </summary>
internal sealed class Explorer
{
    private const int Root = -1;

    private readonly Scene scene;
    private readonly Kernel kernel;
    private readonly int most;
    private readonly bool first;
    private readonly byte[] left;
    private readonly byte[] state;
    private readonly byte[] after;
    private readonly List<int> changed = [];
    private readonly StateSet seen = new();
    private readonly List<(int From, Move Move)> ways = [];
    private readonly List<Counterexample> found = [];
    private readonly List<uint> blamed = [];
    private StateLevel level;
    private StateLevel next;
    private UInt128 hash;

    private Explorer(Scene scene, int most, bool first)
    {
        this.scene = scene;
        this.most = most;
        this.first = first;
        kernel = scene.Build();
        left = kernel.State.Array<byte>(scene.Menus.Count);
        for (int cpu = 0; cpu < left.Length; cpu++) left[cpu] = (byte)scene.Menus[cpu].Times;
        state = new byte[kernel.State.Bytes];
        after = new byte[kernel.State.Bytes];
        level = new StateLevel(state.Length);
        next = new StateLevel(state.Length);
    }

    /// <summary>Explores a scene.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="most">States at most.</param>
    /// <param name="first">Ends with the first counterexample.</param>
    /// <param name="cancel">Ends the search early.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    internal static Exploration Explore(Scene scene, int most = 30_000_000, bool first = false, CancellationToken cancel = default) =>
        new Explorer(scene, most, first).Explore(cancel);

    /// <summary>Makes a move. A call's beginning and its first step are one.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="scene">The scene, for its menus.</param>
    /// <param name="move">The move.</param>
    internal static void Make(Kernel kernel, Scene scene, Move move)
    {
        switch (move.Choice)
        {
            case Move.Receive:
                kernel.Receive(move.Cpu);
                break;
            case Move.Step:
                kernel.Step(move.Cpu);
                break;
            default:
                kernel.Begin(move.Cpu, scene.Menus[move.Cpu].Calls[move.Choice]);
                kernel.Step(move.Cpu);
                break;
        }
    }

    private Exploration Explore(CancellationToken cancel)
    {
        kernel.State.Save(state);
        hash = kernel.State.Hash(state);
        seen.Add(hash);
        ways.Add((Root, default));
        next.Add(0, hash, state);
        while (next.Count > 0 && seen.Count <= most && !(first && found.Count > 0))
        {
            (level, next) = (next, level);
            next.Clear();
            for (int i = 0; i < level.Count && !(first && found.Count > 0); i++)
            {
                if ((i & 0xFFF) == 0) cancel.ThrowIfCancellationRequested();
                (int way, hash) = level.Get(i, state);
                kernel.State.Resume(state);
                Expand(way);
            }
        }
        return new Exploration(found, seen.Count, next.Count == 0);
    }

    private void Expand(int way)
    {
        int moves = 0;
        bool resting = true;
        for (int cpu = 0; cpu < left.Length; cpu++)
        {
            bool pending = kernel.Flushes.Pending(cpu);
            bool idle = kernel.Idle(cpu);
            resting &= idle && !pending;
            if (pending && !kernel.InterruptsOff(cpu))
            {
                Try(way, new Move((short)cpu, Move.Receive));
                moves++;
            }
            int choices = idle && left[cpu] > 0 ? scene.Menus[cpu].Calls.Count : 0;
            for (int choice = 0; choice < choices; choice++) Try(way, new Move((short)cpu, (short)choice));
            moves += choices;
            if (idle || !kernel.Ready(cpu)) continue;
            Try(way, new Move((short)cpu, Move.Step));
            moves++;
        }
        if (moves == 0 && !resting) Blame(Fault.Deadlock, way, null);
        if (resting && Audit.Leaks(kernel)) Blame(Fault.Leak, way, null);
    }

    private void Try(int way, Move move)
    {
        kernel.Oracle!.Clear();
        kernel.Tallies.Clear();
        if (move.Choice >= 0) left[move.Cpu]--;
        Make(kernel, scene, move);
        UInt128 reached = hash;
        kernel.State.Compare(state, ref reached, changed);
        if (kernel.Oracle.First is { } report) Blame(Fault.WrongAccess, Way(way, move), report);
        else if (Audit.PressureUnanswered(kernel)) Blame(Fault.PressureUnanswered, Way(way, move), null);
        else if (kernel.Tallies[Tally.NeedlessRelief] > 0) Blame(Fault.NeedlessFlush, Way(way, move), null);
        else Keep(way, move, reached);
        kernel.State.Undo(state, changed);
    }

    private void Keep(int from, Move move, UInt128 reached)
    {
        if (!seen.Add(reached)) return;
        kernel.State.Save(after);
        next.Add(Way(from, move), reached, after);
    }

    private int Way(int from, Move move)
    {
        ways.Add((from, move));
        return ways.Count - 1;
    }

    /// <summary>
    /// Keeps a counterexample unless one is known that takes no other calls: the search sees shorter ones first, and every longer one that
    /// contains the same mistake would come up too.
    /// </summary>
    private void Blame(Fault fault, int way, Report? report)
    {
        List<Move> moves = [];
        for (int at = way; ways[at].From != Root; at = ways[at].From) moves.Add(ways[at].Move);
        moves.Reverse();
        uint calls = 1U << (31 - (int)fault);
        foreach (Move move in moves)
        {
            if (move.Choice >= 0) calls |= 1U << (int)scene.Menus[move.Cpu].Calls[move.Choice].Kind;
        }
        if (blamed.Exists(known => (known & ~calls) == 0)) return;
        blamed.Add(calls);
        found.Add(new Counterexample(fault, moves, report));
    }
}
