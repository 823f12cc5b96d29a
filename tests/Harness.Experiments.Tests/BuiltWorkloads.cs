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

    public string Program(string kind, string workload = "migrate-pingpong") => Path.Combine(folder, kind, "bin", workload);

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
