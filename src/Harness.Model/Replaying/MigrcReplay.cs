namespace Harness.Model;

/// <summary>
/// MIGRC over a recording: <see cref="MigrcSources"/> decides. Pages are known by the frames they were moved to. The recorded kernel has
/// freed the sources, and may use one again while it would be kept: then all are flushed and freed, as if it had found no other (assumed).
/// </summary>
internal sealed class MigrcReplay : PolicyReplay, ISourceFrames
{
    // published: numbers of the kernel's enum migrate_reason
    private const int NumaMisplaced = 5;
    private const int Demotion = 8;

    private readonly MigrcRules rules;
    private readonly MigrcSources sources;
    private readonly HashSet<int> kswapd;
    private readonly int[] targets;
    private readonly bool[] held;
    private readonly bool[] waiting;
    private readonly uint[] freed;
    private readonly int[] heldOf;

    internal MigrcReplay(ReplayScene scene, int number, string name, Profile profile)
        : base(scene, number, name, profile)
    {
        int frames = scene.Frames.Count;
        rules = profile.Migrc;
        kswapd = [.. scene.Setup.Kswapd];
        sources = new MigrcSources(State, profile, frames, this, this);
        targets = new int[frames];
        held = new bool[frames];
        waiting = new bool[frames];
        freed = new uint[frames];
        heldOf = new int[scene.Frames.Nodes];
    }

    /// <inheritdoc/>
    public override void HandedOver(int folios)
    {
        Left += folios;
        if (sources.Count == 1) Epochs++;
    }

    /// <inheritdoc/>
    public void Hold(int frame)
    {
        held[frame] = waiting[frame] = true;
        freed[frame] = Clock;
        heldOf[Scene.Frames.NodeOf(frame)]++;
    }

    /// <inheritdoc/>
    public void Free(int cpu, int frame)
    {
        held[frame] = false;
        heldOf[Scene.Frames.NodeOf(frame)]--;
    }

    internal override void Deferred(in ClearedPte pte, ReadOnlySpan<ulong> cpus)
    {
        if (!pte.Present && Profile.SkipsInaccessible) return;
        bool waits = Eligible(in Scene.Tasks[Scene.Task]) && rules.MayWait(pte.Writable, pte.Dirty);
        Batches.Add(waits ? ReadOnly : Normal, cpus);
    }

    internal override void FolioUnmapped(ref ReplayTask task)
    {
        int source = Scene.Frames.IndexOf(task.Folio);
        int target = Scene.Frames.IndexOf(task.FolioTarget);
        bool qualifies = task.Order == 0 && source >= 0 && target >= 0 && !held[source]
            && sources.MayKeep(source, task.Writable, task.Dirty) && Batches.Required(ReadOnly);
        Batches.Fold(qualifies ? Qualified : Normal, ReadOnly);
        if (qualifies) targets[source] = target + 1;
    }

    internal override void FlushAsked()
    {
        sources.HandOver();
        base.FlushAsked();
    }

    internal override void RangeFlushed(bool all, ReadOnlySpan<ulong> cpus)
    {
        if (all && Batches.Required(Epoch)) Batches.Credit(Epoch, cpus);
    }

    internal override void Freed(int frame, int order)
    {
        int target = targets[frame] - 1;
        targets[frame] = 0;
        if (target >= 0 && order == 0 && !held[frame] && Scene.Tasks[Scene.Task].Reason >= 0) sources.Keep(target, frame);
    }

    internal override void Allocated(int frame, int order)
    {
        for (int part = frame; part < frame + (1 << order); part++)
        {
            if (held[part]) sources.Release(Scene.Cpu, LazyCause.Allocation);
            if (waiting[part]) Reused(freed[part]);
            waiting[part] = false;
            targets[part] = 0;
            sources.Forget(part);
        }
    }

    internal override void Triggered(FlushTrigger what, int frame)
    {
        if (what == FlushTrigger.WriteFault && frame >= 0) sources.Written(Scene.Cpu, frame);
    }

    internal override void Pressure(int node)
    {
        if (rules.FreeUnderPressure && ((uint)node >= (uint)heldOf.Length || heldOf[node] > 0))
            sources.Release(Scene.Cpu, LazyCause.Pressure);
    }

    private protected override IReadOnlyList<string> CauseNames =>
        ["a kept frame was used again", "write fault", "writable mmap", "memory pressure"];

    private bool Eligible(in ReplayTask task) =>
        task.Reason == NumaMisplaced || (task.Reason == Demotion && kswapd.Contains(task.Key - 1));
}
