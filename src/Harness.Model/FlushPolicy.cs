namespace Harness.Model;

/// <summary>Decides for a migrating CPU whether the flush of a PTE it clears may wait. Every further policy is one more of these.</summary>
internal abstract class FlushPolicy
{
    /// <summary>True when the flush of the PTE being cleared on this CPU joins the batch; false when it is done at once.</summary>
    internal abstract bool Defers(Shootdown shootdown, int cpu);

    internal static FlushPolicy Of(Profile profile) => profile.Flush switch
    {
        FlushTiming.Immediate => new ImmediateFlush(),
        FlushTiming.Batched => new BatchedFlush(),
        _ => throw new ArgumentOutOfRangeException(nameof(profile)),
    };
}

/// <summary>ptep_clear_flush for every PTE.</summary>
internal sealed class ImmediateFlush : FlushPolicy
{
    internal override bool Defers(Shootdown shootdown, int cpu) => false;
}

/// <summary>TTU_BATCH_FLUSH: deferring pays only where another CPU would have to be interrupted.</summary>
internal sealed class BatchedFlush : FlushPolicy
{
    internal override bool Defers(Shootdown shootdown, int cpu) => shootdown.AnyOtherInMask(cpu);
}
