using System.Text.Json.Serialization;

namespace Harness.Records;

/// <summary>The ways a run can fail. Each has one cause a reader can act on; none is "other".</summary>
[JsonConverter(typeof(WordConverter<FailureKind>))]
public enum FailureKind
{
    /// <summary>The guest kernel panicked (its console says so).</summary>
    KernelPanic,

    /// <summary>The guest never reached its init within the boot deadline, after the allowed retries.</summary>
    BootTimeout,

    /// <summary>The guest or the workload gave no answer within its deadline.</summary>
    Hang,

    /// <summary>The kernel's OOM killer ended the workload, or memory could not be had.</summary>
    OutOfMemory,

    /// <summary>A kernel module that the target needs is not in its modules folder or does not load.</summary>
    MissingModule,

    /// <summary>QEMU left before the run was over.</summary>
    EmulatorDied,

    /// <summary>The workload left with an error, or printed no valid result.</summary>
    WorkloadFailed,

    /// <summary>Messages between the two sides could not be understood.</summary>
    Protocol,

    /// <summary>A knob could not be set, read back or restored, or an action on the host before the run failed.</summary>
    Knob,

    /// <summary>The run was interrupted by a signal.</summary>
    Interrupted,
}
