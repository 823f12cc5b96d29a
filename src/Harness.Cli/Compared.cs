using Harness.Analysis;
using Harness.Records;
using Harness.Store;

namespace Harness.Cli;

/// <summary>What a command line names to compare: two arms of one session, or of two.</summary>
/// <param name="Stored">The session; of two, the one before.</param>
/// <param name="Before">The arm before.</param>
/// <param name="After">The arm after.</param>
/// <param name="Apart">The two sessions when the arms are of two; null when they are of one and so were interleaved.</param>
internal sealed record Compared(StoredSession Stored, string Before, string After, TwoSessions? Apart = null)
{
    /// <summary>The first two arms of a session.</summary>
    /// <exception cref="UsageException">It has one arm.</exception>
    public static Compared Of(StoredSession stored)
    {
        IReadOnlyList<ManifestArm> arms = stored.Manifest.Arms;
        if (arms.Count < 2) throw new UsageException($"session {stored.Manifest.Session} has one arm; see ./run.sh validate");
        return new Compared(stored, arms[0].Name, arms[1].Name);
    }

    /// <summary>
    /// The two sides of those names, each an arm of the last session (or of the named one), a stored session's id or its beginning, which
    /// means its second arm, or SESSION:ARM.
    /// </summary>
    /// <param name="store">Where sessions are.</param>
    /// <param name="session">The session that arms without one are of; null for the last.</param>
    /// <param name="before">Name of the side before.</param>
    /// <param name="after">Name of the side after.</param>
    /// <exception cref="UsageException">There is no such side, it has no result, or both are the same.</exception>
    public static Compared Of(ResultStore store, string? session, string before, string after)
    {
        StoredSession last = StoredSession.Load(store, session);
        (StoredSession one, string arm) = Side(store, last, before);
        (StoredSession other, string otherArm) = Side(store, last, after);
        if (one.Manifest.Session == other.Manifest.Session)
        {
            return arm != otherArm
                ? new Compared(one, arm, otherArm)
                : throw new UsageException($"both sides are arm '{arm}' of session {one.Manifest.Session}; name two arms, or two sessions");
        }
        TwoSessions apart = new(WithOthers(store, one, arm, other.Manifest), WithOthers(store, other, otherArm, one.Manifest));
        return new Compared(one with { Records = apart.Records }, apart.Before.Name, apart.After.Name, apart);
    }

    private static (StoredSession Stored, string Arm) Side(ResultStore store, StoredSession last, string name)
    {
        if (last.Manifest.Arms.Any(arm => arm.Name == name)) return (last, name);
        int colon = name.LastIndexOf(':');
        StoredSession stored = Load(store, last, colon < 0 ? name : name[..colon]);
        string[] arms = [.. stored.Manifest.Arms.Select(arm => arm.Name)];
        string chosen = colon < 0 ? arms[Math.Min(1, arms.Length - 1)] : name[(colon + 1)..];
        return arms.Contains(chosen)
            ? (stored, chosen)
            : throw new UsageException($"session {stored.Manifest.Session} has no arm '{chosen}'; it has {string.Join(", ", arms)}");
    }

    private static StoredSession Load(ResultStore store, StoredSession last, string id)
    {
        try
        {
            return StoredSession.Load(store, id);
        }
        catch (UsageException e)
        {
            string arms = string.Join(", ", last.Manifest.Arms.Select(arm => arm.Name));
            throw new UsageException($"{e.Message}; arms of session {last.Manifest.Session} are {arms}", e);
        }
    }

    // what of the store tells how far this arm drifts between sessions; neither of the two that are compared does
    private static SessionSide WithOthers(ResultStore store, StoredSession stored, string arm, Manifest compared)
    {
        SessionSide side = new(stored.Manifest, arm, stored.Records);
        IEnumerable<Manifest> alike = store.Sessions(new SessionFilter { Plan = stored.Manifest.Plan })
            .Where(other => other.Session != compared.Session && side.IsAlike(other)).Take(SessionSide.MostOthers);
        return side with { Others = [.. alike.Select(other => store.Records(other.Session))] };
    }
}
