namespace Harness.Host.Tests;

/// <summary>What happens at one step of a scenario.</summary>
internal enum KnobsFault
{
    /// <summary>The process is killed before the step has an effect.</summary>
    Kill,

    /// <summary>The power fails: what was not synced is lost as <see cref="KnobsRemains"/> says, every knob has its boot value.</summary>
    PowerCut,

    /// <summary>The disk alone is reset and the process killed: what was not synced is lost, the kernel and its knobs live on.</summary>
    DiskReset,

    /// <summary>The step fails once with EIO.</summary>
    Error,

    /// <summary>The disk fails with EIO from now on.</summary>
    SickDisk,

    /// <summary>Half of a write lands, then EIO.</summary>
    ShortWrite,

    /// <summary>Half of a write lands, then the process is killed.</summary>
    ShortWriteThenKill,

    /// <summary>From now on half of each write lands, then ENOSPC.</summary>
    DiskFull,

    /// <summary>From now on nothing on the disk can be changed: EROFS.</summary>
    ReadOnlyDisk,

    /// <summary>From now on the kernel refuses to have a knob written: EACCES.</summary>
    KnobRefuses,

    /// <summary>Somebody else sets the first knob to 0 before the step.</summary>
    Foreign,
}

/// <summary>What of the data and names that were not synced is found after a power cut.</summary>
internal enum KnobsRemains
{
    /// <summary>None.</summary>
    Nothing,

    /// <summary>The files' new names, and no data.</summary>
    Names,

    /// <summary>All.</summary>
    All,

    /// <summary>The first half of the last write.</summary>
    FirstHalf,

    /// <summary>The last write's length, all zeros.</summary>
    Zeros,

    /// <summary>The last write's length, its first half zeros.</summary>
    SecondHalf,
}

/// <summary>Who does a step: the disk's operations by name, or the kernel's.</summary>
internal enum KnobsStep
{
    DiskRead,
    DiskOpen,
    DiskCut,
    DiskWrite,
    DiskSync,
    DiskRename,
    DiskDelete,
    DiskSyncFolder,
    KernelRead,
    KernelWrite,
}

/// <summary>The end of a process. Nothing in the product catches it, and nothing done after it has an effect.</summary>
internal sealed class KnobsKilledException : Exception;

/// <summary>
/// Counts the steps that a scenario makes on the disk and in the kernel and lets faults happen at them.
/// </summary>
internal sealed class KnobsFaults
{
    private KnobsFault? half;
    private bool dead;
    private string? diskError;
    private bool diskFull;
    private bool diskReadOnly;
    private bool knobRefuses;

    /// <summary>The steps so far, each with its kind.</summary>
    internal List<KnobsStep> Steps { get; } = [];

    /// <summary>How many faults there were.</summary>
    internal int Happened { get; private set; }

    /// <summary>The fault of a step by its number, or null; where it makes no difference it does not happen.</summary>
    internal Func<int, KnobsStep, KnobsFault?> At { get; set; } = (_, _) => null;

    /// <summary>Called when somebody else is to set a knob.</summary>
    internal Action Foreign { get; set; } = () => { };

    /// <summary>The fault that ended the process, or null.</summary>
    internal KnobsFault? Ended { get; private set; }

    /// <summary>Whether a fault makes a difference at a step of that kind.</summary>
    internal static bool Applies(KnobsFault fault, KnobsStep step) => fault switch
    {
        KnobsFault.ShortWrite or KnobsFault.ShortWriteThenKill or KnobsFault.DiskFull => step == KnobsStep.DiskWrite,
        KnobsFault.SickDisk => step < KnobsStep.KernelRead,
        KnobsFault.ReadOnlyDisk => step is > KnobsStep.DiskRead and < KnobsStep.KernelRead,
        KnobsFault.KnobRefuses => step == KnobsStep.KernelWrite,

        // Between the last look at a knob and the write there is no step at which it could still be seen: no kernel offers one.
        KnobsFault.Foreign => step != KnobsStep.KernelWrite,
        _ => true,
    };

    /// <summary>A new process on a healthy host.</summary>
    internal void Heal()
    {
        dead = diskFull = diskReadOnly = knobRefuses = false;
        diskError = null;
        Ended = null;
    }

    /// <summary>A new process; what ails the host goes on.</summary>
    internal void Restart()
    {
        dead = false;
        Ended = null;
    }

    /// <summary>A step is about to happen.</summary>
    /// <returns>True when only half of it is to happen; then <see cref="AfterHalf"/> says how it ends.</returns>
    internal bool Step(KnobsStep step)
    {
        if (dead) throw new KnobsKilledException();
        Steps.Add(step);
        KnobsFault? fault = At(Steps.Count - 1, step) is { } planned && Applies(planned, step) ? planned : null;
        if (fault is not null) Happened++;
        switch (fault)
        {
            case KnobsFault.Kill or KnobsFault.PowerCut or KnobsFault.DiskReset:
                throw Die(fault.Value);
            case KnobsFault.Error:
                throw new IOException("Input/output error");
            case KnobsFault.SickDisk:
                diskError = "Input/output error";
                break;
            case KnobsFault.DiskFull:
                diskFull = true;
                break;
            case KnobsFault.ReadOnlyDisk:
                diskReadOnly = true;
                break;
            case KnobsFault.KnobRefuses:
                knobRefuses = true;
                break;
            case KnobsFault.Foreign:
                Foreign();
                break;
        }
        half = fault is KnobsFault.ShortWrite or KnobsFault.ShortWriteThenKill ? fault : null;
        if (step < KnobsStep.KernelRead && diskError is not null) throw new IOException(diskError);
        if (diskReadOnly && step is > KnobsStep.DiskRead and < KnobsStep.KernelRead) throw new IOException("Read-only file system");
        if (knobRefuses && step == KnobsStep.KernelWrite) throw new UnauthorizedAccessException("Permission denied");
        return half is not null || (diskFull && step == KnobsStep.DiskWrite);
    }

    /// <summary>Half of a write has landed.</summary>
    internal Exception AfterHalf() => half switch
    {
        KnobsFault.ShortWriteThenKill => Die(KnobsFault.Kill),
        KnobsFault.ShortWrite => new IOException("Input/output error"),
        _ => new IOException("No space left on device"),
    };

    private KnobsKilledException Die(KnobsFault fault)
    {
        dead = true;
        Ended = fault;
        return new KnobsKilledException();
    }
}
