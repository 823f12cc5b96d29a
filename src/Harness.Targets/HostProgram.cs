using System.Diagnostics;
using Harness.Records;

namespace Harness.Targets;

/// <summary>Programs of this host that the test-bed calls: found by name, started with an argument list, never through a shell.</summary>
internal static class HostProgram
{
    /// <summary>This process's search path.</summary>
    public static string SearchPath => Environment.GetEnvironmentVariable("PATH") ?? "";

    /// <summary>A program's full path, or null when it is in none of the folders.</summary>
    /// <param name="name">Its file name.</param>
    /// <param name="searchPath">Folders separated by colons.</param>
    public static string? Find(string name, string searchPath) =>
        searchPath.Split(':', StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);

    /// <summary>A program's full path.</summary>
    /// <param name="name">Its file name.</param>
    /// <param name="package">The Debian package that has it, for the message.</param>
    /// <param name="searchPath">Folders separated by colons.</param>
    /// <exception cref="HostCannotException">It is in none of the folders.</exception>
    public static string Require(string name, string package, string searchPath) =>
        Find(name, searchPath)
        ?? throw new HostCannotException(
            $"vm: {name} is not on the PATH; install the package {package} (as root: apt-get install {package})");

    /// <summary>Runs a program to its end and gives what it printed.</summary>
    /// <param name="path">Full path of the program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="folder">Its working folder, or null for this process's.</param>
    /// <param name="cancel">Kills it.</param>
    public static async Task<Printed> RunAsync(string path, IEnumerable<string> arguments, string? folder, CancellationToken cancel)
    {
        ProcessStartInfo start = new(path, arguments)
        {
            WorkingDirectory = folder ?? "",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LC_ALL"] = "C";
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        using MemoryStream output = new();
        Task copying = process.StandardOutput.BaseStream.CopyToAsync(output, cancel);
        Task<string> errors = process.StandardError.ReadToEndAsync(cancel);
        try
        {
            await copying;
            string error = await errors;
            await process.WaitForExitAsync(cancel);
            return new Printed(process.ExitCode, output.ToArray(), error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}

/// <summary>How a program ended and what it printed.</summary>
internal sealed record Printed(int ExitCode, byte[] Output, string Error);
