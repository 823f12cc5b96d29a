using System.Runtime.Versioning;

namespace Harness.EndToEnd;

/// <summary>Is the shipped systemd unit one that systemd takes, and does the command it runs do what it is there for?</summary>
[SupportedOSPlatform("linux")]
public sealed class UnitFileTests : IDisposable
{
    private const string Installed = "/usr/local/lib/harness/harness-agent";

    private readonly CommandLine line = new();

    public void Dispose() => line.Dispose();

    private static string Unit { get; } = File.ReadAllText(Path.Combine(Repository.Source, "Harness.Agent", "harness-knobs.service"));

    private static string Agent { get; } = Path.Combine(Repository.Root, "artifacts", "agent", "harness-agent");

    private static string[] Command { get; } =
        Unit.Split('\n').Single(each => each.StartsWith("ExecStart=", StringComparison.Ordinal))["ExecStart=".Length..].Split(' ');

    [SkippableFact]
    public void Systemd_has_nothing_to_say_against_it()
    {
        const string Analyzer = "/usr/bin/systemd-analyze";
        Skip.IfNot(File.Exists(Analyzer), $"{Analyzer} is not installed (package systemd)");
        string unit = line.File("harness-knobs.service");
        File.WriteAllText(unit, Unit.Replace(Installed, Agent, StringComparison.Ordinal));
        Ended verified = CommandLine.Wait(line.Wrapped([Analyzer, "verify", unit]));
        Assert.True(verified.Code == 0 && !verified.Errors.Contains(unit, StringComparison.Ordinal), verified.Errors);
    }

    [Fact]
    public void It_starts_the_agent_once_at_boot_without_a_shell_and_keeps_the_knobs_writable()
    {
        Assert.Equal(Installed, Command[0]);
        string[] lines = Unit.Split('\n');
        Assert.Contains("Type=oneshot", lines);
        Assert.Contains("WantedBy=basic.target", lines);
        Assert.Contains("Environment=HARNESS_HOME=/var/lib/harness DOTNET_EnableDiagnostics=0", lines);
        Assert.DoesNotContain(lines, each => each.StartsWith("ProtectKernelTunables", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void Its_command_ends_well_without_a_journal_and_closes_and_tells_what_a_reboot_undid()
    {
        Skip.IfNot(File.Exists(Agent), $"{Agent} is not there; './run.sh test' publishes it");
        StandIn host = new(line, "2");
        Ended empty = AtBoot(host);
        Assert.True(empty.Code == 0, empty.Errors);
        Assert.Contains("nothing to restore", empty.Output, StringComparison.Ordinal);

        Assert.Equal(0, CommandLine.Wait(host.StartProgram(Agent, "knobs", "set", "numa_balancing", "0")).Code);
        host.BootId = "00000000-0000-4000-8000-000000000000";
        host.Value = "2";
        Ended rebooted = AtBoot(host);
        Assert.True(rebooted.Code == 0, rebooted.Errors);
        Assert.Contains("knob numa_balancing is 2 again since the reboot", rebooted.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("numa_balancing", AtBoot(host).Errors, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("harness-nightly@.service")]
    [InlineData("harness-nightly@.timer")]
    public void Systemd_takes_the_nightly_units(string name)
    {
        const string Analyzer = "/usr/bin/systemd-analyze";
        Skip.IfNot(File.Exists(Analyzer), $"{Analyzer} is not installed (package systemd)");
        foreach (string unit in (string[])["harness-nightly@.service", "harness-nightly@.timer"])
            File.Copy(Path.Combine(Repository.Source, "Harness.Cli", unit), line.File(unit));
        Ended verified = CommandLine.Wait(line.Wrapped([Analyzer, "verify", line.File(name)]));
        Assert.True(verified.Code == 0 && !verified.Errors.Contains("harness-nightly", StringComparison.Ordinal), verified.Errors);
    }

    [Fact]
    public void The_nightly_unit_runs_the_verb_without_a_shell_one_plan_after_the_other()
    {
        string[] lines = File.ReadAllLines(Path.Combine(Repository.Source, "Harness.Cli", "harness-nightly@.service"));
        Assert.Contains("ExecStart=/usr/bin/flock /run/harness-nightly.lock /opt/harness/run.sh nightly %i", lines);
        Assert.Contains("Type=oneshot", lines);
        // a start limit would end a night that is as long as it has to be
        Assert.Contains("TimeoutStartSec=12h", lines);
    }

    private static Ended AtBoot(StandIn host) => CommandLine.Wait(host.StartProgram(Agent, Command[1..]));
}
