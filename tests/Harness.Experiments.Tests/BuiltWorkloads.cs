using System.Diagnostics;
using Harness.Records;

namespace Harness.Experiments.Tests;

/// <summary>The workload programs, built once for all tests: the static ones and the instrumented ones.</summary>
[CollectionDefinition(Collection)]
public sealed class BuiltWorkloads : IDisposable, ICollectionFixture<BuiltWorkloads>
{
    public const string Collection = "built workloads";

    private readonly string folder = Directory.CreateTempSubdirectory("harness-workloads-").FullName;

    public BuiltWorkloads()
    {
        Build("static", "-DCMAKE_RUNTIME_OUTPUT_DIRECTORY=" + Path.Combine(folder, "static", "bin"));
        Build("memory", "-DWORKLOADS_SANITIZE=address,undefined");
        Build("threads", "-DWORKLOADS_SANITIZE=thread");
    }

    public string Program(string kind, string workload) => Path.Combine(folder, kind, "bin", workload);

    /// <summary>Starts a program with all three streams in the test's hands.</summary>
    public Process Start(string kind, string workload, params string[] arguments) => Process.Start(new ProcessStartInfo(Program(kind, workload), arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    /// <summary>Runs a program to its end.</summary>
    public (int Status, string Output, string Error) Run(string kind, string workload, params string[] arguments)
    {
        using Process process = Start(kind, workload, arguments);
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    /// <summary>SplitMix64's finisher, as workloads/common/stream.h has it: the tests' own word on what the programs must print.</summary>
    public static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private void Build(string kind, string setting)
    {
        string build = Path.Combine(folder, kind);
        Cmake("-S", Folders.FromEnvironment().Workloads, "-B", build, setting);
        Cmake("--build", build);
    }

    private static void Cmake(params string[] arguments)
    {
        using Process cmake = Process.Start(new ProcessStartInfo("cmake", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = cmake.StandardError.ReadToEndAsync();
        string output = cmake.StandardOutput.ReadToEnd();
        cmake.WaitForExit();
        Assert.True(cmake.ExitCode == 0, output + errors.Result);
    }
}
