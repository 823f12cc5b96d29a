using Harness.Host.Knobs;
using Harness.Host.Perf;
using Harness.Records;

namespace Harness.Host.Recording;

/// <summary>
/// The knob <c>recording</c>: on while tracefs has an instance or probes of ours, both named <c>harness</c>. A recording turns it on, which
/// makes the instance, and adds its probes; turning it off removes all of it, however far the recording had come. So one entry of the
/// journal covers a recording from before its first trace in the kernel to after its last.
/// </summary>
internal static class RecordingKnob
{
    /// <summary>The knob's name.</summary>
    internal const string Name = "recording";

    /// <summary>What the instance and the group of probes are named.</summary>
    internal const string Ours = Probe.Group;

    /// <summary>Nothing of ours is there.</summary>
    internal const string Off = "off";

    /// <summary>Something of ours is there.</summary>
    internal const string On = "on";

    /// <summary>Why no recording can begin while the knob is on.</summary>
    internal const string InUse =
        "the kernel has a tracing instance or probes named '" + Ours + "' that this journal knows nothing of: another recording runs, "
        + "or one with another HARNESS_HOME was killed ('knobs restore' with that HARNESS_HOME removes them)";

    /// <summary>Its values.</summary>
    internal static IReadOnlyList<string> Choices { get; } = [Off, On];

    /// <summary>The knob as the journal and <c>knobs list</c> name it.</summary>
    internal static Knob Knob { get; } = new()
    {
        Name = Name,
        Path = $"{Tracefs.MountPoint}/instances/{Ours}",
        Does = "on: the kernel has a tracing instance and probes of a recording; 'record' sets it, nothing else does",
        Needs = "a kernel built with event tracing, with tracefs mounted",
        Format = KnobFormat.Recording,
    };

    /// <summary>Refuses the knob where settings are asked for: without a recorder it would only cost time.</summary>
    /// <exception cref="UsageException">It is this knob.</exception>
    internal static void RefuseAsSetting(Knob knob)
    {
        if (knob.Format == KnobFormat.Recording)
            throw new UsageException($"knob {Name} is set by a recording alone: give 'record' the plan or the command instead");
    }

    /// <summary>Refuses a recording that cannot be made here, before anything is touched.</summary>
    /// <exception cref="UsageException">The request is wrong.</exception>
    /// <exception cref="HostCannotException">There is no tracefs, or this process is not root.</exception>
    internal static void Check(RecordingRequest request, KnobTree tree)
    {
        if (request.BufferKiB is < RecordingRequest.LeastBufferKiB or > RecordingRequest.MostBufferKiB)
        {
            throw new UsageException($"a CPU's buffer must be {RecordingRequest.LeastBufferKiB} to {RecordingRequest.MostBufferKiB} KiB, "
                + $"not {request.BufferKiB} KiB");
        }
        if (request.Path.Length == 0 || request.Path.Contains('\0', StringComparison.Ordinal))
            throw new UsageException("a recording needs a file");
        KnobState state = Look(tree);
        if (state.Availability != KnobAvailability.Present) throw new HostCannotException($"recording: {state.Why}");
    }

    /// <summary>Whether it can be used here. Never throws.</summary>
    internal static KnobState Look(KnobTree tree)
    {
        if (Root(tree, out string problem) is null)
            return new KnobState { Knob = Knob, Availability = KnobAvailability.Absent, Why = problem };
        try
        {
            bool mayWrite = Environment.IsPrivilegedProcess;
            return new KnobState
            {
                Knob = Knob,
                Availability = mayWrite ? KnobAvailability.Present : KnobAvailability.ReadOnly,
                Value = Value(tree),
                Choices = Choices,
                Why = mayWrite ? null : "recording needs root",
            };
        }
        catch (IOException e)
        {
            return new KnobState { Knob = Knob, Availability = KnobAvailability.Absent, Why = e.Message };
        }
    }

    /// <summary>Its value.</summary>
    /// <exception cref="IOException">The tracing files cannot be read.</exception>
    internal static string Value(KnobTree tree)
    {
        TraceInstance instance = Instance(tree);
        return instance.Exists || instance.OwnProbes().Count > 0 ? On : Off;
    }

    /// <summary>Makes the instance, or removes it with all probes.</summary>
    /// <exception cref="IOException">The kernel refused a part of it; the rest is done.</exception>
    internal static void Set(KnobTree tree, string value)
    {
        if (value == On) Instance(tree).Make();
        else Instance(tree).Remove();
    }

    /// <summary>The instance, be it there or not.</summary>
    /// <exception cref="IOException">There are no tracing files.</exception>
    internal static TraceInstance Instance(KnobTree tree) =>
        new(tree, Root(tree, out string problem) ?? throw new IOException(problem));

    private static string? Root(KnobTree tree, out string problem)
    {
        Tracefs files = new(tree.At(Tracefs.MountPoint), tree.At(Tracefs.BelowDebugfs));
        problem = files.Problem;
        return files.Root is not { } root ? null : root == tree.At(Tracefs.MountPoint) ? Tracefs.MountPoint : Tracefs.BelowDebugfs;
    }
}
