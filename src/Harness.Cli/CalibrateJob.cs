using Harness.Analysis;
using Harness.Experiments;
using Harness.Host.Knobs;
using Harness.Records;
using Harness.Reports;
using Harness.Store;
using Harness.Targets;
using Harness.Targets.Vm;

namespace Harness.Cli;

/// <summary>Fits the model's free constants, from the sessions to the file.</summary>
/// <param name="folders">Where things live.</param>
internal sealed class CalibrateJob(Folders folders)
{
    /// <summary>Shapes held out besides those that the plans hold out.</summary>
    public required IReadOnlyList<string> HoldOut { get; init; }

    /// <summary>Folds of the cross-validation; null for none.</summary>
    public int? FoldCount { get; init; }

    /// <summary>Run the shapes that have no session.</summary>
    public bool Measure { get; init; }

    /// <summary>Pairs of such a run instead of the plan's.</summary>
    public int? Pairs { get; init; }

    /// <summary>The file of constants.</summary>
    public required string Output { get; init; }

    /// <summary>Fits, writes and prints.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> names, bool json, CancellationToken cancel)
    {
        LoadedPlan[] plans = [.. names.Select(name => Catalogs.Plans(folders).Load(name))];
        foreach (LoadedPlan plan in plans)
        {
            if (plan.Plan.Shapes.Count == 0)
                throw new UsageException(
                    $"plan {plan.Plan.Name} has no shapes to fit to and hold out; add them under 'shapes' in its file");
        }
        HeldOutShapes heldOut = new([.. plans.Select(plan => plan.Plan)], HoldOut);
        if (Measure) await MeasureAsync(plans, cancel);
        List<StoredSession> stored = [.. plans.SelectMany(plan => PlanSessions.Of(folders, plan.Plan).Select(found => found.Session
            ?? throw new UsageException($"no session of {PlanSessions.Name(plan.Plan.Name, found.Shape)} is stored; run it with "
                + $"./run.sh run {plan.Plan.Name} --shape {found.Shape ?? PlanShape.Own}, or give --measure")))];
        using HostLock held = HostLock.Take(folders);
        Calibration calibration = await Task.Run(() => FitAsync(stored, heldOut, cancel), cancel);
        FittedFile.Write(Output, calibration.Constants);
        if (json) Console.Out.WriteLine(AnalysisJson.Write(calibration));
        else CalibrationReport.Write(ReportConsole.On(Console.Out), calibration);
        using ResultStore store = StoredSession.OpenStore(folders);
        store.SaveCalibration(calibration.Constants, Environment.MachineName);
        return (int)ExitCode.Done;
    }

    private async Task MeasureAsync(IEnumerable<LoadedPlan> plans, CancellationToken cancel)
    {
        foreach (LoadedPlan plan in plans)
        {
            string?[] missing = [.. PlanSessions.Of(folders, plan.Plan).Where(found => found.Session is null).Select(found => found.Shape)];
            foreach (string? shape in missing)
            {
                Plan shaped = plan.Plan.InShape(shape);
                shaped = shaped with { Pairs = Pairs ?? shaped.Pairs };
                SessionJob job = new(folders, VmOptions.For(shaped.Machine, folders), json: false) { Quiet = true };
                Console.Error.WriteLine($"measuring {PlanSessions.Name(shaped.Name, shape)}");
                await job.RunAsync(plan with { Plan = shaped, Command = CommandLine.Typed() }, resume: false, cancel);
            }
        }
    }

    private async Task<Calibration> FitAsync(List<StoredSession> stored, HeldOutShapes heldOut, CancellationToken cancel)
    {
        Origin origin = OnlyOrigin(stored);
        ModelledArms model = new([.. stored.Select(Measured)]);
        StoredValidation assumed = new(constants: null);
        List<FitRow> rows = [];
        List<ValidationRow> before = [];
        foreach (StoredSession session in stored)
        {
            Validation validation = await assumed.OfAsync(session, cancel);
            before.AddRange(validation.Rows);
            if (!heldOut.Has(session.Manifest)) rows.AddRange(FitRow.Of(validation, session.Manifest.Shape));
        }
        FitAsModel fit = new(model);
        IReadOnlyList<FreeParameter> parameters = model.Parameters;
        FitProgress progress = new(ConstantFit.EvaluationsOf(parameters.Count) * (1 + (FoldCount ?? 0)));
        IReadOnlyList<FittedConstant> constants = ConstantFit.Of(parameters, rows, fit, progress.Asked, cancel);
        double? folds = FoldCount is { } count ? Folds.Error(count, parameters, rows, fit, progress.Asked, cancel) : null;
        progress.End();
        FittedConstants fitted = Describe(stored, heldOut, origin, constants);
        ValidationMatrix matrix = await MatrixJob.OfAsync(stored, [], fitted, $"constants of {Output}", cancel);
        fitted = fitted with
        {
            Wmape = new FittedErrors(WeightedError.Of(before).All, matrix.Wmape.Fitted, matrix.Wmape.HeldOut, folds),
        };
        return new Calibration(Output, fitted, matrix);
    }

    private static Origin OnlyOrigin(List<StoredSession> stored)
    {
        Origin[] origins = [.. stored.SelectMany(session => session.Measured).Select(record => record.Origin).Distinct()];
        return origins.Length == 1
            ? origins[0]
            : throw new UsageException($"the sessions are {Words.Of(origins)}: constants are of one kind of machine; fit them apart");
    }

    private static MeasuredSession Measured(StoredSession stored) => new(
        stored.Manifest.Plan, stored.Manifest.Shape, stored.Manifest.Session,
        stored.Manifest.Machine
            ?? throw new UsageException(
                $"session {stored.Manifest.Session} is of an earlier version and does not say its machine; run it again"),
        stored.Measured);

    private static FittedConstants Describe(
        List<StoredSession> stored, HeldOutShapes heldOut, Origin origin, IReadOnlyList<FittedConstant> constants)
    {
        HostDescription[] hosts =
            [.. stored.SelectMany(session => session.Measured).Select(record => record.Host).OfType<HostDescription>()];
        return new FittedConstants
        {
            Origin = origin,
            Fitted = DateTimeOffset.UtcNow,
            Model = ScaledPlan.Build,
            Method = ConstantFit.Method,
            Cpus = [.. stored.SelectMany(session => session.Measured).Select(Processor).OfType<string>().Distinct().Order()],
            HostCores = Environment.ProcessorCount,
            Kernels = [.. hosts.Select(host => host.KernelRelease).Distinct().Order()],
            Sessions = [.. stored.Select(session =>
                new FittedSession(session.Manifest.Plan, session.Manifest.Shape, session.Manifest.Session, heldOut.Has(session.Manifest)))],
            Constants = constants,
            Wmape = new FittedErrors(Before: null, Fitted: null, HeldOut: null, Folds: null),
        };
    }

    /// <summary>The host's processor: a guest's own is the emulator's.</summary>
    private static string? Processor(RunRecord record) =>
        record.Environment.GetValueOrDefault("vm.host.cpu.model") ?? record.Host?.CpuModel;
}
