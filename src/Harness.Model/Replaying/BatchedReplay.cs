namespace Harness.Model;

/// <summary>
/// A policy that flushes whenever the recorded kernel asks to. The recorded kernel's own keeps what it flushed last for each task, to be
/// held against what that kernel flushed.
/// </summary>
internal sealed class BatchedReplay : PolicyReplay
{
    private readonly Batches? flushed;

    internal BatchedReplay(ReplayScene scene, int number, string name, Profile profile, bool check)
        : base(scene, number, name, profile)
    {
        if (check) flushed = new Batches(State, ReplayTasks.Most, scene.Cpus.Count);
    }

    /// <summary>Batch flushes that the recorded kernel made of other CPUs.</summary>
    internal long Different { get; private set; }

    /// <summary>The recorded kernel flushed these CPUs for the present task's batch.</summary>
    internal void Compare(ReadOnlySpan<ulong> recorded)
    {
        if (!flushed!.Mask(Normal).SequenceEqual(recorded)) Different++;
        flushed.Clear(Normal);
    }

    internal override void Forget()
    {
        base.Forget();
        flushed?.Clear(Normal);
    }

    private protected override void Flushing(int batch)
    {
        if (flushed is null) return;
        flushed.Clear(Normal);
        flushed.Add(Normal, Batches.Mask(batch));
    }
}
