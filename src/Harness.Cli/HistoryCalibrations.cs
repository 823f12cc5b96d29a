using System.CommandLine;
using Harness.Records;
using Harness.Reports;
using Harness.Store;

namespace Harness.Cli;

/// <summary><c>history calibrations</c>: the fits of the model's constants that are stored.</summary>
internal static class HistoryCalibrations
{
    public static Command Create(Folders folders)
    {
        Option<string?> box = new("--box") { Description = "Those that this box fitted", HelpName = "NAME" };
        Option<bool> json = CommonOptions.Json();
        Command calibrations = new("calibrations",
            """
            Lists the fits that 'calibrate' stored, the newest first: when, of what origin, how many constants, to how many sessions, the
            weighted error before, over what was fitted and over what was held out. With --json each is whole, as a file for --constants holds it.

            Example: ./run.sh history calibrations --json
            """)
        { box, json };
        calibrations.SetAction(parsed =>
        {
            using ResultStore store = StoredSession.OpenStore(folders);
            IReadOnlyList<FittedConstants> found = store.Calibrations(parsed.GetValue(box));
            if (parsed.GetValue(json)) CliJson.Print(new { calibrations = found });
            else Write(found);
            if (found.Count == 0) Console.Error.WriteLine("note: no calibration is stored; ./run.sh calibrate PLAN makes one");
            return (int)ExitCode.Done;
        });
        return calibrations;
    }

    private static void Write(IReadOnlyList<FittedConstants> calibrations)
    {
        TextTable table = new(
            new TextColumn("when"),
            new TextColumn("origin"),
            new TextColumn("constants", Right: true),
            new TextColumn("sessions", Right: true),
            new TextColumn("WMAPE before", Right: true),
            new TextColumn("fitted", Right: true),
            new TextColumn("held out", Right: true));
        foreach (FittedConstants fit in calibrations)
        {
            table.Row(
                Plain.Minute(fit.Fitted),
                Plain.Word(fit.Origin),
                Plain.Whole(fit.Constants.Count(constant => constant.Untold is null)),
                Plain.Whole(fit.Sessions.Count(session => !session.HeldOut)),
                Plain.Size(fit.Wmape.Before),
                Plain.Size(fit.Wmape.Fitted),
                Plain.Size(fit.Wmape.HeldOut));
        }
        if (calibrations.Count > 0) table.Write(ReportConsole.On(Console.Out));
    }
}
