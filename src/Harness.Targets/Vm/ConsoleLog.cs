using Harness.Records;

namespace Harness.Targets.Vm;

/// <summary>
/// The console of one boot: a file that QEMU writes and that is kept. It tells what became of a guest that no longer answers.
/// </summary>
/// <param name="path">The file.</param>
internal sealed class ConsoleLog(string path)
{
    /// <summary>What init.sh puts before its own lines.</summary>
    private const string Init = "harness-init: ";

    /// <summary>As much of a log's end as is looked at (assumed: an oops with registers and stacks of all CPUs is shorter).</summary>
    private const int Tail = 1 << 20;

    private long from;

    /// <summary>Where it is kept.</summary>
    public string Path { get; } = path;

    /// <summary>True once the guest's init has started.</summary>
    public bool ReachedInit => Find($"{Init}started") is not null;

    /// <summary>What was said up to now belongs to an earlier run.</summary>
    public void BeginRun() => from = new FileInfo(Path) is { Exists: true } file ? file.Length : 0;

    /// <summary>
    /// The failure that the console tells of since the run began, with the line that says so; null when it tells of none.
    /// </summary>
    public (FailureKind Kind, string Line)? Diagnose()
    {
        if (Find("Kernel panic - not syncing") is { } panic)
        {
            return (panic.Contains("memory", StringComparison.Ordinal) ? FailureKind.OutOfMemory : FailureKind.GuestPanic, panic);
        }
        if (Find("ut of memory: Killed process") is { } killed) return (FailureKind.OutOfMemory, killed);
        if (Find($"{Init}module ") is { } module) return (FailureKind.MissingModule, module[Init.Length..]);
        if (Find($"{Init}disk ") is { } disk)
            return (FailureKind.MissingModule, $"{disk[Init.Length..]}; the kernel needs virtio_blk and ext4, built in or as modules");
        if (Find($"{Init}agent left") is { } left)
        {
            string? lastWords = Find("Unhandled exception") ?? Find("harness-agent: ");
            return (FailureKind.EmulatorDied, lastWords is null ? left[Init.Length..] : $"{left[Init.Length..]}: {lastWords}");
        }
        return null;
    }

    /// <summary>The first line since the run began that holds a text, cut to what begins with the kernel's or init's own words.</summary>
    private string? Find(string text)
    {
        foreach (string line in Text().Split('\n'))
        {
            if (line.Contains(text, StringComparison.Ordinal)) return WithoutTime(line.Trim());
        }
        return null;
    }

    private string Text()
    {
        try
        {
            using FileStream file = new(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            file.Seek(Math.Max(Math.Min(from, file.Length), file.Length - Tail), SeekOrigin.Begin);
            using StreamReader reader = new(file);
            return reader.ReadToEnd();
        }
        catch (IOException)
        {
            return "";
        }
    }

    /// <summary>Drops the <c>[    1.234567] </c> that the kernel puts before its lines.</summary>
    private static string WithoutTime(string line) =>
        line.StartsWith('[') && line.IndexOf("] ", StringComparison.Ordinal) is > 0 and int end ? line[(end + 2)..] : line;
}
