using System.CommandLine;
using Harness.Host.Doctor;
using Harness.Host.Knobs;
using Harness.Host.Perf;
using Harness.Records;
using Harness.Reports;
using Spectre.Console;

namespace Harness.Cli;

/// <summary><c>doctor</c>: what this host has and what of it can be used.</summary>
internal static class DoctorVerb
{
    private static readonly Style Bold = new(decoration: Decoration.Bold);
    private static readonly Style Good = new(Color.Green);
    private static readonly Style Lacking = new(Color.Yellow);

    public static Command Create(Folders folders)
    {
        Option<bool> json = CommonOptions.Json();
        Command doctor = new("doctor",
            """
            What this host has: CPUs, nodes, distances, memory tiers, knobs, counters; for each that cannot be used, why and
            what would make it usable. To see how far the counters can be trusted it does a little work of known cost (page
            faults, TLB misses, TLB shootdowns of its own memory) and looks what they made of it. Changes nothing.

            Example:
              ./run.sh doctor --json
            """)
        { json };
        doctor.SetAction(parsed =>
        {
            Finding[] others = [.. new KnobService(folders).List().Select(OfKnob), .. PerfEvents.Probe().Select(OfEvent)];
            DoctorReport report = HostDoctor.Examine(others);
            report = report with { Trust = TrustTable.Of(report.Host) };
            if (parsed.GetValue(json)) Console.Out.WriteLine(DoctorJson.Write(report));
            else Print(report);
            return (int)ExitCode.Done;
        });
        return doctor;
    }

    private static Finding OfKnob(KnobListing listing) => new()
    {
        Area = Areas.Knobs,
        Name = listing.State.Knob.Name,
        Value = listing.State.Value,
        Usable = listing.State.Availability == KnobAvailability.Present,
        Why = listing.State.Why ?? listing.Note,
    };

    private static Finding OfEvent(PerfAvailability found) => new()
    {
        Area = Areas.Counters,
        Name = found.Name,
        Value = found.Why is null ? "counts" : null,
        Usable = found.Why is null,
        Why = found.Why,
    };

    private static void Print(DoctorReport report)
    {
        IAnsiConsole console = ReportConsole.On(Console.Out);
        int width = report.Findings.Max(finding => finding.Name.Length);
        string area = "";
        foreach (Finding finding in report.Findings)
        {
            if (finding.Area != area)
            {
                if (area.Length > 0) console.WriteLine();
                console.Write(finding.Area, Bold);
                console.WriteLine();
            }
            area = finding.Area;
            console.Write(finding.Usable ? "  ok" : "  --", finding.Usable ? Good : Lacking);
            ReportConsole.Paragraph(console, finding.Value ?? "", $"  {finding.Name.PadRight(width)}  ", column: 4);
            foreach (string? line in new[] { finding.Why, finding.Remedy })
            {
                if (line is not null) ReportConsole.Paragraph(console, line, new string(' ', 8));
            }
        }
        DoctorTrust.Print(report.Trust);
    }
}
