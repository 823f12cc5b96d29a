namespace Harness.Model;

/// <summary>
/// LUF over a recording: <see cref="LufEpochs"/> decides, <see cref="FreeBlocks"/> passes the tags on. Which frames a hand-over stands for
/// is known by the number of the batch that their unmapping belonged to.
/// </summary>
internal sealed class LufReplay : PolicyReplay
{
    /// <summary>
    /// Batches whose tag is remembered. A frame that is freed later than that after it was unmapped has none (assumed: by then its epoch is
    /// over).
    /// </summary>
    private const int Remembered = 1 << 16;

    private readonly LufRules rules;
    private readonly TagRules tags;
    private readonly LufEpochs luf;
    private readonly FreeBlocks blocks;
    private readonly uint[] batchOf = new uint[ReplayTasks.Most];
    private readonly int[] folios = new int[ReplayTasks.Most];
    private readonly uint[] taken = new uint[ReplayTasks.Most];
    private readonly bool[] refilling = new bool[ReplayTasks.Most];
    private readonly HandedBatch[] handed = new HandedBatch[Remembered];
    private uint latest;
    private uint latestEpoch;

    internal LufReplay(ReplayScene scene, int number, string name, Profile profile)
        : base(scene, number, name, profile)
    {
        rules = profile.Luf;
        tags = profile.Tags;
        luf = new LufEpochs(State, profile, this);
        blocks = new FreeBlocks(scene.Frames.Count, tags);
    }

    /// <inheritdoc/>
    public override void HandedOver(int folios)
    {
        if (luf.Coming == latestEpoch) return;
        latestEpoch = luf.Coming;
        Epochs++;
    }

    internal override void Deferred(in ClearedPte pte, ReadOnlySpan<ulong> cpus)
    {
        if (pte.Present || !Profile.SkipsInaccessible) Batches.Add(rules.MayWait(pte.Writable) ? ReadOnly : Normal, cpus);
    }

    internal override void FolioUnmapped(ref ReplayTask task)
    {
        bool qualifies = rules.TakesOrder(task.Order) && rules.MayWait(task.Writable) && !rules.SpoiledBy(task.UndeferredWritable)
            && Batches.Required(ReadOnly);
        Batches.Fold(qualifies ? Qualified : Normal, ReadOnly);
        int frame = Scene.Frames.IndexOf(task.Folio);
        if (!qualifies || frame < 0) return;
        uint batch = batchOf[Scene.Task];
        if (batch == 0)
        {
            batch = batchOf[Scene.Task] = ++latest;
            handed[batch % Remembered] = new HandedBatch(batch, null);
        }
        folios[Scene.Task]++;
        ref ReplayedFrame unmapped = ref blocks.At(frame);
        unmapped.Time = batch;
        unmapped.Says = FrameTime.Batch;
    }

    internal override void FlushAsked()
    {
        uint tag = luf.HandOver(Scene.Cpu, folios[Scene.Task]);
        uint batch = batchOf[Scene.Task];
        if (batch != 0) handed[batch % Remembered] = new HandedBatch(batch, tag);
        Begin();
        luf.Flush(Scene.Cpu);
    }

    internal override void Prefetch(int frame) => blocks.Prefetch(frame);

    internal override void Freed(int frame, int order)
    {
        ref ReplayedFrame freed = ref blocks.At(frame);
        uint tag = freed.Says == FrameTime.Batch ? TagOf(freed.Time) : 0;
        freed.Says = FrameTime.Nothing;
        if (luf.Waits(tag))
        {
            Left += 1L << order;
            freed.Says = FrameTime.Freed;
            freed.Time = Clock;
        }
        blocks.Free(frame, order, tag);
    }

    internal override void Drained(int frame, int order) => blocks.Drain(frame, order);

    internal override void Refilled(int frame, int order)
    {
        uint tag = blocks.Refill(frame, order);
        taken[Scene.Task] = tags.Refilled(taken[Scene.Task], tag, first: !refilling[Scene.Task]);
        refilling[Scene.Task] = true;
    }

    internal override void Allocated(int frame, int order)
    {
        uint tag = tags.Generations.Latest(taken[Scene.Task], blocks.Allocate(frame, order));
        taken[Scene.Task] = 0;
        refilling[Scene.Task] = false;
        for (int part = frame; part < frame + (1 << order); part++)
        {
            ref ReplayedFrame used = ref blocks.At(part);
            if (used.Says == FrameTime.Freed) Reused(used.Time);
            used.Says = FrameTime.Nothing;
        }
        if (tag != 0) luf.Taken(Scene.Cpu, tag);
    }

    internal override void Triggered(FlushTrigger what, int frame) => luf.Triggered(Scene.Cpu, what);

    internal override void Forget()
    {
        base.Forget();
        Begin();
        taken[Scene.Task] = 0;
        refilling[Scene.Task] = false;
    }

    /// <summary>The present task's next batch is another one.</summary>
    private void Begin()
    {
        batchOf[Scene.Task] = 0;
        folios[Scene.Task] = 0;
    }

    /// <summary>
    /// The tag that frames of a batch are freed with. Where the recorded kernel frees pages before it flushes, one page after the other,
    /// the batch may not be handed over yet: theirs is that of what is handed over next.
    /// </summary>
    private uint TagOf(uint batch)
    {
        HandedBatch found = handed[batch % Remembered];
        return found.Number == batch ? found.Tag ?? luf.Coming : 0;
    }

    /// <summary>A batch of a task, and the tag it was handed over with: 0 when it was flushed instead, null while it is open.</summary>
    private readonly record struct HandedBatch(uint Number, uint? Tag);
}
