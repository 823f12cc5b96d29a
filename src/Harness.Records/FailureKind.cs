using System.Text.Json.Serialization;

namespace Harness.Records;

/// <summary>The ways a run can fail. Each has one cause a reader can act on; none is "other".</summary>
[JsonConverter(typeof(WordConverter<FailureKind>))]
public enum FailureKind
{
    /// <summary>The workload left with an error, or printed no valid result.</summary>
    WorkloadExit,

    /// <summary>The workload was not over within the run's deadline; the host itself answered.</summary>
    Timeout,

    /// <summary>The kernel's OOM killer ended the workload, or memory could not be had.</summary>
    OutOfMemory,

    /// <summary>The guest kernel panicked (its console says so).</summary>
    GuestPanic,

    /// <summary>The guest gave no answer at all within its deadline.</summary>
    GuestHang,

    /// <summary>The guest never reached its init within the boot deadline, after the allowed retries.</summary>
    BootTimeout,

    /// <summary>QEMU left before the run was over.</summary>
    EmulatorDied,

    /// <summary>A kernel module that the target needs is not in its modules folder or does not load.</summary>
    MissingModule,

    /// <summary>A knob could not be set, read back or restored, or an action on the host before the run failed.</summary>
    KnobRefused,

    /// <summary>
    /// A counter that counted when the window began could not be read at its end: a CPU or node went off line, an event was closed.
    /// </summary>
    CounterLost,

    /// <summary>Others used more of the host's CPUs than the session allows, for longer than it waits.</summary>
    HostBusy,

    /// <summary>Messages between the two sides could not be understood.</summary>
    Protocol,

    /// <summary>The run was interrupted by a signal.</summary>
    Interrupted,
}

/// <summary>What is known of failure kinds.</summary>
public static class FailureKinds
{
    /// <summary>
    /// True when another attempt at the same run can end otherwise: the cause was the moment and not the plan. A workload that leaves with
    /// an error, too little memory, a refused knob or a missing module will do the same again.
    /// </summary>
    public static bool CanRetryHelp(this FailureKind kind) => kind is FailureKind.Timeout or FailureKind.GuestPanic or FailureKind.GuestHang
        or FailureKind.BootTimeout or FailureKind.EmulatorDied or FailureKind.CounterLost or FailureKind.HostBusy or FailureKind.Protocol;
}
