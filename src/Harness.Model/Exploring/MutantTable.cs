namespace Harness.Model;

/// <summary>A rule taken out, and how that shows.</summary>
/// <param name="Policy">Whose rule it is.</param>
/// <param name="Rule">The rule.</param>
/// <param name="Scene">The scene it was explored on.</param>
/// <param name="Clean">With the rule, nothing is wrong in any interleaving.</param>
/// <param name="Caught">What is wrong without it; null when the mutant survives.</param>
/// <param name="Moves">Atomic steps of the shortest way there.</param>
public sealed record MutantRow(string Policy, string Rule, string Scene, bool Clean, string? Caught, int Moves);

/// <summary>Takes out every rule of the flush policies in turn.</summary>
public static class MutantTable
{
    /// <summary>The rows, one at a time as they are explored.</summary>
    /// <param name="cancel">Ends it early.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static IEnumerable<MutantRow> Rows(CancellationToken cancel = default)
    {
        foreach (Mutant mutant in Mutant.All) yield return Row(mutant, cancel);
    }

    internal static MutantRow Row(Mutant mutant, CancellationToken cancel = default)
    {
        Exploration sound = Explorer.Explore(mutant.Scene(mutant.Sound), cancel: cancel);
        Scene scene = mutant.Scene(mutant.Mutated);
        Exploration mutated = Explorer.Explore(scene, first: true, cancel: cancel);
        Counterexample? caught = mutated.Found.Count > 0 ? mutated.Found[0] : null;
        return new MutantRow(
            mutant.Policy, mutant.Rule, scene.Name, Clean: sound.Finished && sound.Found.Count == 0,
            caught is null ? null : Name(caught), caught?.Moves.Count ?? 0);
    }

    private static string Name(Counterexample caught) => caught.Fault switch
    {
        Fault.WrongAccess => caught.Report!.Value.What switch
        {
            Violation.GivenAway => "oracle: frame given away",
            Violation.Rewritten => "oracle: page rewritten",
            Violation.LostWrite => "oracle: store lost",
            Violation.RightsShrunk => "oracle: rights shrunk",
            _ => throw new ArgumentOutOfRangeException(nameof(caught)),
        },
        Fault.Deadlock => "explorer: deadlock",
        Fault.Leak => "explorer: frame leaked",
        Fault.PressureUnanswered => "explorer: allocation fails under pressure",
        Fault.NeedlessFlush => "explorer: flush without need",
        _ => throw new ArgumentOutOfRangeException(nameof(caught)),
    };
}
