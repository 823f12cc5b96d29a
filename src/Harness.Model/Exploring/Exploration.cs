namespace Harness.Model;

/// <summary>What can be wrong.</summary>
internal enum Fault
{
    /// <summary>An access the oracle does not allow.</summary>
    WrongAccess,

    /// <summary>Tasks wait for each other.</summary>
    Deadlock,

    /// <summary>At rest, a frame that nothing refers to is not free.</summary>
    Leak,

    /// <summary>An allocation failed, or did not end, while frames only waited for a flush.</summary>
    PressureUnanswered,

    /// <summary>A flush was forced for want of memory that was not wanting.</summary>
    NeedlessFlush,
}

/// <summary>One atomic move of a CPU.</summary>
/// <param name="Cpu">The CPU.</param>
/// <param name="Choice">The call of its menu that it begins; or one of the constants.</param>
internal readonly record struct Move(short Cpu, short Choice)
{
    /// <summary>The CPU's task goes on with the call it is in.</summary>
    internal const short Step = -1;

    /// <summary>The CPU runs the flushes that were sent to it.</summary>
    internal const short Receive = -2;
}

/// <summary>A way in which something goes wrong.</summary>
/// <param name="Fault">What is wrong.</param>
/// <param name="Moves">A shortest way there from the scene's beginning.</param>
/// <param name="Report">The wrong access.</param>
internal sealed record Counterexample(Fault Fault, IReadOnlyList<Move> Moves, Report? Report);

/// <summary>What an exploration found.</summary>
/// <param name="Found">One counterexample for each different way to go wrong: what is wrong, and which calls it takes.</param>
/// <param name="States">Different states seen.</param>
/// <param name="Finished">Every interleaving within the scene's bounds was seen; else the search ended at its bound on states.</param>
internal sealed record Exploration(IReadOnlyList<Counterexample> Found, int States, bool Finished);
