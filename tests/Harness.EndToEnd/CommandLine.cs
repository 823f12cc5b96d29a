using System.Diagnostics;

namespace Harness.EndToEnd;

/// <summary>What a process left behind.</summary>
internal sealed record Ended(int Code, string Output, string Errors)
{
    /// <summary>The last line of standard error: where a refusal stands.</summary>
    public string LastError => Errors.TrimEnd().Split('\n')[^1];
}

/// <summary>The built command line, run as a user runs it, with a home folder of its own.</summary>
public sealed class CommandLine : IDisposable
{
    private readonly DirectoryInfo scratch = Directory.CreateTempSubdirectory("harness-e2e-");

    public string Home => Path.Combine(scratch.FullName, "home");

    public string File(string name) => Path.Combine(scratch.FullName, name);

    /// <summary>A process that runs the command line; not started.</summary>
    internal ProcessStartInfo Start(params string[] arguments) => Wrapped([Dotnet, Program, .. arguments]);

    /// <summary>A process that runs any program with the command line's environment.</summary>
    internal ProcessStartInfo Wrapped(IReadOnlyList<string> words)
    {
        // A test run in the background or under nohup ignores SIGINT or SIGHUP, and so would what it starts.
        ProcessStartInfo start = new("env", ["--default-signal", .. words])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        };
        start.Environment["HARNESS_HOME"] = Home;
        start.Environment["HARNESS_ROOT"] = Repository.Root;
        start.Environment.Remove("HARNESS_STORE");
        return start;
    }

    internal Ended Run(params string[] arguments) => Wait(Start(arguments));

    internal static Ended Wait(ProcessStartInfo start)
    {
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        if (!process.WaitForExit(TimeSpan.FromMinutes(8)))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{string.Join(' ', start.ArgumentList)} did not end");
        }
        return new Ended(process.ExitCode, output, errors.Result);
    }

    // By its full path, so that a test may take the PATH away.
    private static string Dotnet { get; } =
        Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(folder => Path.Combine(folder, "dotnet")).First(System.IO.File.Exists);

    internal static string Program { get; } = Path.Combine(
        Repository.Root, "artifacts", "bin", "Harness.Cli", AppContext.BaseDirectory.Contains("release", StringComparison.Ordinal) ? "release" : "debug", "harness.dll");

    public void Dispose() => scratch.Delete(recursive: true);
}
