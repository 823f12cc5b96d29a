using System.Text;
using Harness.Host.Recording;
using Harness.Interop;
using Harness.Records;
using Microsoft.Win32.SafeHandles;

namespace Harness.Host.Knobs;

/// <summary>The kernel's knob files below a root folder: the real ones, or a copy of them for a test.</summary>
/// <param name="root">Put before every path; empty for the running kernel. A test's tree also answers writes as a kernel would.</param>
internal class KnobTree(string root = "")
{
    // The longest of these files is a line of choices; assumed to stay far below a page.
    private const int LongestFile = 4096;

    private const string BootIdFile = "/proc/sys/kernel/random/boot_id";

    /// <summary>The place of a kernel file in this tree.</summary>
    internal string At(string path) => root + path;

    /// <summary>Identifies this boot: knobs do not survive a reboot, so an older boot's journal entry has nothing to restore.</summary>
    /// <exception cref="HostCannotException">The kernel does not tell.</exception>
    internal string BootId()
    {
        try
        {
            return ReadText(BootIdFile).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostCannotException($"{At(BootIdFile)} cannot be read: {e.Message}; without it no knob can be restored or set", e);
        }
    }

    /// <summary>Whether the process that made a journal entry still runs.</summary>
    internal virtual bool Runs(ProcessIdentity process) => process.IsAlive;

    /// <summary>All knobs: those with a fixed place, those per folio size that this kernel has, ascending, and a recording's.</summary>
    internal IReadOnlyList<Knob> Knobs()
    {
        List<uint> sizes = [];
        string folder = At(KnobCatalog.ThpFolder);
        if (Directory.Exists(folder))
        {
            foreach (string path in Directory.EnumerateDirectories(folder, "hugepages-*kB"))
            {
                if (KnobCatalog.TryParseSize(Path.GetFileName(path).AsSpan()["hugepages-".Length..^2], out uint size)
                    && File.Exists(Path.Combine(path, "enabled")))
                    sizes.Add(size);
            }
        }
        sizes.Sort();
        return [.. KnobCatalog.All, .. sizes.Select(KnobCatalog.PerSize), RecordingKnob.Knob];
    }

    /// <summary>The knob of that name.</summary>
    /// <exception cref="UsageException">There is none; the message lists those there are.</exception>
    internal Knob Find(string name) => KnobCatalog.Find(name) ?? throw new UsageException(
        $"unknown knob '{PlainText.OneLine(name, 60)}'; there are: {string.Join(", ", Knobs().Select(knob => knob.Name))}");

    /// <summary>What a knob is like here. Never throws: what cannot be read is absent, with the reason.</summary>
    internal KnobState Look(Knob knob)
    {
        if (knob.Format == KnobFormat.Recording) return RecordingKnob.Look(this);
        string path = At(knob.Path);
        if (!File.Exists(path)) return Absent(knob, WhyMissing(knob));
        string text;
        try
        {
            text = ReadText(knob.Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Absent(knob, $"{path} cannot be read: {e.Message}");
        }
        if (knob.ValueIn(text) is not { } value) return Absent(knob, NoValue(path, text));
        bool writable = HostFile.MayWrite(path);
        return new KnobState
        {
            Knob = knob,
            Availability = writable ? KnobAvailability.Present : KnobAvailability.ReadOnly,
            Value = value,
            Choices = knob.ChoicesIn(text),
            Why = writable ? null
                : Environment.IsPrivilegedProcess ? $"{path} is read-only even for root here (a container?); run on the host itself"
                : "setting it needs root",
        };
    }

    /// <summary>The value in force.</summary>
    /// <exception cref="IOException">The file cannot be read or holds no value of this knob.</exception>
    internal string Value(Knob knob)
    {
        if (knob.Format == KnobFormat.Recording) return RecordingKnob.Value(this);
        string text = ReadText(knob.Path);
        return knob.ValueIn(text) ?? throw new IOException(NoValue(At(knob.Path), text));
    }

    /// <summary>Gives a knob a value.</summary>
    /// <exception cref="IOException">The kernel refused it.</exception>
    internal void Set(Knob knob, string value)
    {
        if (knob.Format == KnobFormat.Recording) RecordingKnob.Set(this, value);
        else Write(knob.Path, value);
    }

    /// <summary>Writes a value to a kernel file in one write(2), as these files want it.</summary>
    /// <exception cref="IOException">The kernel refused it.</exception>
    internal virtual void Write(string path, string value)
    {
        // Opened with the O_TRUNC that `echo 1 > file` uses: no effect on the kernel's files, and right for a test's plain file.
        using FileStream file = new(At(path), FileMode.Truncate, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        file.Write(Encoding.ASCII.GetBytes(value + "\n"));
    }

    /// <summary>
    /// Adds a line to a kernel file that holds a list: opened as for <see cref="Write"/> it would lose what others have there.
    /// </summary>
    /// <exception cref="IOException">The kernel refused it.</exception>
    internal virtual void Append(string path, string line)
    {
        using FileStream file = new(At(path), FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        file.Write(Encoding.ASCII.GetBytes(line + "\n"));
    }

    /// <summary>Makes a folder of the kernel's, which fills it.</summary>
    /// <exception cref="IOException">The kernel refused it.</exception>
    internal virtual void MakeFolder(string path) => Directory.CreateDirectory(At(path));

    /// <summary>Removes a folder of the kernel's, with all that is in it.</summary>
    /// <exception cref="IOException">The kernel refused it.</exception>
    internal virtual void RemoveFolder(string path) => Directory.Delete(At(path));

    /// <summary>A kernel file's text.</summary>
    /// <exception cref="IOException">The kernel refused it.</exception>
    internal virtual string ReadText(string path)
    {
        // A kernel file's length says nothing (0 or a page), so it is read until it ends.
        using SafeFileHandle file = File.OpenHandle(At(path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        byte[] buffer = new byte[LongestFile];
        int length = 0;
        while (length < buffer.Length && RandomAccess.Read(file, buffer.AsSpan(length), length) is > 0 and int read) length += read;
        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    /// <summary>The lines of a kernel file of any length.</summary>
    /// <exception cref="IOException">The kernel refused it.</exception>
    internal virtual IReadOnlyList<string> ReadLines(string path)
    {
        using FileStream file = new(At(path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using StreamReader reader = new(file);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private string WhyMissing(Knob knob)
    {
        string missing = $"{At(knob.Path)} does not exist: it needs {knob.Needs}";
        if (!knob.Path.StartsWith(KnobCatalog.DebugFolder, StringComparison.Ordinal)) return missing;
        string folder = At(KnobCatalog.DebugFolder);
        try
        {
            return Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any()
                ? $"debugfs is not mounted: mount -t debugfs none {folder}"
                : missing;
        }
        catch (UnauthorizedAccessException)
        {
            return $"only root can look into {folder}";
        }
    }

    private static string NoValue(string path, string text) =>
        $"{path} holds '{PlainText.OneLine(text, 60)}', which is not a value of this knob";

    private static KnobState Absent(Knob knob, string why) => new() { Knob = knob, Availability = KnobAvailability.Absent, Why = why };
}
