using System.Diagnostics;
using System.Runtime.Versioning;

namespace Harness.EndToEnd;

/// <summary>A project folder of the test's own with one plan whose workload is a shell script that runs on this host.</summary>
[SupportedOSPlatform("linux")]
internal static class LocalPlan
{
    /// <summary>Writes <c>root/workloads/plans/NAME.yaml</c> with its workload; both arms are <c>local</c>.</summary>
    public static void Write(CommandLine line, string name, string script, string more = "")
    {
        string workload = Directory.CreateDirectory(line.File($"root/workloads/{name}")).FullName;
        string plans = Directory.CreateDirectory(line.File("root/workloads/plans")).FullName;
        string program = Path.Combine(Directory.CreateDirectory(line.File("programs")).FullName, $"{name}-program");
        File.WriteAllText(program, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.WriteAllText(
            Path.Combine(workload, "workload.yaml"),
            $$"""
            name: {{name}}
            what: a script of a test
            program: {{name}}-program
            parameters: {}
            metrics:
              elapsed: {unit: s, what: Time.}
            """);
        File.WriteAllText(
            Path.Combine(plans, $"{name}.yaml"),
            $$"""
            title: {{name}}
            workload: {{name}}
            counters:
              - {name: workload.elapsed, better: lower}
            machine:
              nodes:
                - {memoryMiB: 64, cpus: 1, latencyNs: 90, bandwidthMiBps: 1000}
            arms: {before: local, after: local}
            {{more}}
            """);
    }

    /// <summary>The command line on that folder; not started.</summary>
    public static ProcessStartInfo Start(CommandLine line, params string[] arguments)
    {
        ProcessStartInfo start = line.Start(arguments);
        start.Environment["HARNESS_ROOT"] = line.File("root");
        start.Environment["HARNESS_WORKLOADS"] = line.File("programs");
        return start;
    }
}
