namespace Harness.Model;

/// <summary>A question put to a flush policy, and what the exploration found.</summary>
/// <param name="Question">What is tried.</param>
/// <param name="Rules">Under which rules: as they are, or which one is taken out.</param>
/// <param name="Covered">The rule of the policy or the kernel that covers the question; empty where none does.</param>
/// <param name="States">Different states seen.</param>
/// <param name="Finished">Whether every interleaving within the bounds was seen.</param>
/// <param name="Stories">
/// A counterexample each, as numbered lines: a shortest way, one for each combination of calls that goes wrong.
/// </param>
public sealed record ReviewFinding(
    string Question, string Rules, string Covered, int States, bool Finished, IReadOnlyList<IReadOnlyList<string>> Stories)
{
    /// <summary>True when the rules are those of the policy, none taken out.</summary>
    public bool AsItIs => Rules == PolicyReview.AsItIs;
}

/// <summary>
/// Explores flush policies on a small machine: first every call at any moment, then each objection that reviewers raised, and where a
/// rule answers it, what happens when that rule is taken out.
/// </summary>
public static class PolicyReview
{
    /// <summary>No rule is taken out.</summary>
    public const string AsItIs = "as it is";

    /// <summary>The policies there are, by the names a user types.</summary>
    public static IReadOnlyList<string> Policies { get; } =
        ["immediate", "batched", "luf", "luf-as-posted", "luf-with-missing-triggers", "migrc", "migrc-with-missing-triggers"];

    /// <summary>Reviews a policy, a finding at a time as it is found.</summary>
    /// <param name="policy">One of <see cref="Policies"/>.</param>
    /// <param name="strict">
    /// Deny what stock kernels allow: that between the clearing of a mapping and its batch's flush old contents can still be read.
    /// </param>
    /// <param name="cancel">Ends the review early.</param>
    /// <exception cref="FormatException">No such policy; the message lists those there are.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static IEnumerable<ReviewFinding> Of(string policy, bool strict = false, CancellationToken cancel = default)
    {
        Profile profile = ProfileOf(policy);
        return Findings(profile, strict, cancel);
    }

    private static Profile ProfileOf(string policy)
    {
        Profile batched = Profile.Parse("6.12");
        Profile luf = Profile.Parse("6.12+luf");
        Profile migrc = Profile.Parse("6.12+migrc");
        return policy switch
        {
            "immediate" => batched with { Policy = PolicyKind.Immediate },
            "batched" => batched,
            "luf" => luf,
            "luf-as-posted" => Profile.Parse("6.12+luf-as-posted"),
            "luf-with-missing-triggers" => luf with { Luf = luf.Luf.WithMissingTriggers() },
            "migrc" => migrc,
            "migrc-with-missing-triggers" => migrc with { Migrc = migrc.Migrc.WithMissingTriggers() },
            _ => throw new FormatException($"no flush policy '{policy}'; there are {string.Join(", ", Policies)}"),
        };
    }

    private static IEnumerable<ReviewFinding> Findings(Profile profile, bool strict, CancellationToken cancel)
    {
        yield return Explore(Scenes.Everything(profile), AsItIs, "", strict, cancel);
        foreach (Objection objection in Objection.To(profile.Policy))
        {
            ReviewFinding found = Explore(objection.Scene(profile), AsItIs, objection.CoveredBy, strict, cancel);
            yield return found.Stories.Count == 0 ? found : found with { Covered = "" };
            if (found.Stories.Count == 0 && objection.TakeOut is { } without)
                yield return Explore(objection.Scene(without(profile)), $"without {objection.CoveredBy}", "", strict, cancel);
        }
        if (profile.Policy is PolicyKind.Luf or PolicyKind.Migrc) yield return Latency(profile);
    }

    /// <summary>No question of safety: what the policy costs an allocator that knows nothing of it.</summary>
    private static ReviewFinding Latency(Profile profile)
    {
        (long stock, long charged) = AllocationLatency.Of(profile);
        string says = $"not covered: an allocation that meets a pending frame takes {charged:N0} ns of its CPU instead of {stock:N0} "
            + "(costs of hardware), and waits for every CPU it interrupts";
        return new ReviewFinding("the flush charged to an unaware allocator, its latency", AsItIs, says, States: 0, Finished: true, []);
    }

    private static ReviewFinding Explore(Scene scene, string rules, string covered, bool strict, CancellationToken cancel)
    {
        scene = scene with { Kernel = scene.Kernel with { Strict = strict } };
        Exploration exploration = Explorer.Explore(scene, cancel: cancel);
        return new ReviewFinding(
            scene.Name, rules, covered, exploration.States, exploration.Finished,
            [.. exploration.Found.Select(found => Story.Tell(scene, found))]);
    }
}
