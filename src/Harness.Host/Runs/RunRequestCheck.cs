using Harness.Host.Knobs;
using Harness.Host.Proc;
using Harness.Host.Programs;
using Harness.Host.Recording;
using Harness.Host.Timelines;
using Harness.Interop;
using Harness.Records;

namespace Harness.Host.Runs;

/// <summary>A request found fit for this host.</summary>
/// <param name="Program">The workload's full path.</param>
/// <param name="Knobs">The knobs with the values as they will be written.</param>
internal sealed record CheckedRequest(string Program, IReadOnlyList<(Knob Knob, string Value)> Knobs);

/// <summary>Refuses a request before anything on the host is touched.</summary>
internal static class RunRequestCheck
{
    private const double LongestSeconds = 86_400;
    private const int MostTimelineCounters = 256;    // assumed: far beyond what a plan judges

    /// <summary>Checks everything that can be known beforehand.</summary>
    /// <exception cref="UsageException">The request itself is wrong.</exception>
    /// <exception cref="HostCannotException">This host cannot do it.</exception>
    internal static CheckedRequest Check(RunRequest request, Folders folders, KnobTree tree)
    {
        if (request.Version != RunRecord.CurrentVersion)
            throw new UsageException(
                $"the run request has version {request.Version}; this program reads version {RunRecord.CurrentVersion}");
        if (!(request.DeadlineSeconds > 0 && request.DeadlineSeconds < LongestSeconds))
            throw new UsageException($"the deadline must be above 0 and below {LongestSeconds} s, not {request.DeadlineSeconds} s");
        CheckTimeline(request);
        if (request.Recording is { } recording) RecordingKnob.Check(recording, tree);
        foreach (string action in request.Actions) HostActions.Check(action, tree);
        return new CheckedRequest(Program(request.Command, folders.Programs), Knobs(request.Knobs, tree));
    }

    private static void CheckTimeline(RunRequest request)
    {
        if (!Timeline.Takes(request.TimelineSeconds))
            throw new UsageException(
                $"the timeline's interval must be 0 (none), or {Timeline.Intervals} s, not {request.TimelineSeconds} s");
        if (request.TimelineCounters.Count > MostTimelineCounters)
            throw new UsageException(
                $"the timeline has {request.TimelineCounters.Count} counters; at most {MostTimelineCounters} are sampled");
        if (request.TimelineCounters.Distinct().Count() < request.TimelineCounters.Count)
            throw new UsageException("a counter is in the timeline twice");
        foreach (string counter in request.TimelineCounters) TimelineName.Parse(counter, request.Events);
    }

    private static string Program(WorkloadCommand command, string folder)
    {
        string name = command.Program;
        string shown = PlainText.OneLine(name, 100);
        if (command.External is { } external)
        {
            CheckPatterns(shown, external);
            return CheckArguments(command, shown, ExternalPrograms.Find(name, external, SearchPath.Own));
        }
        if (name.Length == 0 || name is "." or ".." || name.Contains('/', StringComparison.Ordinal) || name.Any(char.IsControl))
            throw new UsageException($"workload program '{shown}': it must be the plain name of a file in {folder}");
        string path = CheckArguments(command, shown, Path.Combine(folder, name));
        if (!File.Exists(path)) throw new HostCannotException($"workload program '{shown}' is not in {folder}; build the workloads first");
        return HostFile.MayExecute(path) ? path : throw new HostCannotException($"workload program {path} is not executable");
    }

    private static string CheckArguments(WorkloadCommand command, string shown, string path) =>
        command.Arguments.Any(argument => argument.Contains('\0', StringComparison.Ordinal))
            ? throw new UsageException($"workload program '{shown}': an argument holds a NUL byte")
            : path;

    private static void CheckPatterns(string shown, ExternalProgram external)
    {
        try
        {
            foreach (string pattern in external.Patterns.Values) OutputPattern.Compile(pattern, groups: 1);
            if (external.Matches is { } matches) OutputPattern.Compile(matches, groups: 0);
        }
        catch (FormatException e)
        {
            throw new UsageException($"workload program '{shown}': a pattern {e.Message}", e);
        }
    }

    private static List<(Knob Knob, string Value)> Knobs(IReadOnlyList<KnobSetting> settings, KnobTree tree)
    {
        List<(Knob Knob, string Value)> result = [];
        foreach (KnobSetting setting in settings)
        {
            Knob knob = tree.Find(setting.Knob);
            RecordingKnob.RefuseAsSetting(knob);
            if (result.Exists(earlier => earlier.Knob.Name == knob.Name))
                throw new UsageException($"knob {knob.Name} is set twice in one run");
            KnobState state = tree.Look(knob);
            if (state.Availability != KnobAvailability.Present)
                throw new HostCannotException($"knob {knob.Name} cannot be set: {state.Why}");
            result.Add((knob, knob.Canonical(setting.Value, state.Choices)));
        }
        return result;
    }
}
