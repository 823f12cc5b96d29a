using System.Diagnostics;

namespace Harness.Targets.Vm;

/// <summary>
/// A running QEMU. It is in a session of its own, so that a terminal's Ctrl-C reaches the harness alone, and the kernel kills it when the
/// harness dies by whatever signal.
/// </summary>
internal sealed class Emulator : IAsyncDisposable
{
    /// <summary>QEMU itself.</summary>
    public const string Program = "qemu-system-x86_64";

    /// <summary>The Debian package that has it.</summary>
    public const string Package = "qemu-system-x86";

    private const int ErrorLines = 20;

    private readonly TaskCompletionSource<int> exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Process> started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Queue<string> errors = new();
    private Process process = null!;

    private Emulator()
    {
    }

    /// <summary>The guest's second serial port: what the guest sends.</summary>
    public Stream FromGuest => process.StandardOutput.BaseStream;

    /// <summary>The guest's second serial port: what it receives.</summary>
    public Stream ToGuest => process.StandardInput.BaseStream;

    /// <summary>Completes with the exit code.</summary>
    public Task<int> Exited => exited.Task;

    /// <summary>The process id.</summary>
    public int Id => process.Id;

    /// <summary>The last lines that QEMU itself complained with, as one line.</summary>
    public string Errors
    {
        get
        {
            lock (errors) return string.Join("; ", errors);
        }
    }

    /// <summary>Starts QEMU.</summary>
    /// <param name="searchPath">Where it is looked for.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="Harness.Records.HostCannotException">It is not installed.</exception>
    public static async Task<Emulator> StartAsync(string searchPath, IReadOnlyList<string> arguments)
    {
        string setsid = HostProgram.Require("setsid", "util-linux", searchPath);
        string setpriv = HostProgram.Require("setpriv", "util-linux", searchPath);
        string qemu = HostProgram.Require(Program, Package, searchPath);
        ProcessStartInfo start = new(setsid, [setpriv, "--pdeathsig", "KILL", qemu, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Emulator emulator = new();
        // The kernel sends the death signal when the *thread* that forked ends (prctl(2), PR_SET_PDEATHSIG), and pool threads come and go:
        // so QEMU gets a thread of its own that starts it and then waits for its end.
        new Thread(() => emulator.Live(start)) { IsBackground = true, Name = "qemu" }.Start();
        emulator.process = await emulator.started.Task;
        return emulator;
    }

    /// <summary>Kills QEMU if it still runs and waits until it is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await Exited;
        process.Dispose();
    }

    private void Live(ProcessStartInfo start)
    {
        try
        {
            Process process = Process.Start(start)!;
            process.ErrorDataReceived += (_, line) => Remember(line.Data);
            process.BeginErrorReadLine();
            started.SetResult(process);
            process.WaitForExit();
            exited.SetResult(process.ExitCode);
        }
        catch (Exception e) when (!started.Task.IsCompleted)
        {
            started.SetException(e);
        }
    }

    private void Remember(string? line)
    {
        if (string.IsNullOrWhiteSpace(line)) return;
        lock (errors)
        {
            if (errors.Count == ErrorLines) errors.Dequeue();
            errors.Enqueue(line.Trim());
        }
    }
}
