using Harness.Host.Knobs;
using Harness.Records;

namespace Harness.Host.Tests;

/// <summary>A results folder and a copy of the kernel's knob files in a temporary folder, deleted at the end.</summary>
internal sealed class KnobsFakeHost : IDisposable
{
    // In memory where that can be had: the journal syncs each line, and hundreds of them on a busy disk take long.
    private readonly string folder = Directory.Exists("/dev/shm")
        ? Directory.CreateDirectory($"/dev/shm/harness-knobs-{Guid.NewGuid():N}").FullName
        : Directory.CreateTempSubdirectory("harness-knobs-").FullName;

    internal KnobsFakeHost()
    {
        Put("/proc/sys/kernel/random/boot_id", "boot-1\n");
        Put("/proc/sys/kernel/numa_balancing", "1\n");
        Put("/proc/sys/kernel/numa_balancing_promote_rate_limit_MBps", "65536\n");
        Put("/proc/sys/vm/drop_caches", "0\n");
        Put("/sys/kernel/mm/numa/demotion_enabled", "false\n");
        Put("/sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
        Tree = new FakeTree(Root);
        Knobs = new KnobService(Home, Tree);
    }

    internal string Root => Path.Combine(folder, "root");

    internal string Home => Path.Combine(folder, "home");

    internal string JournalPath => Path.Combine(Home, "knobs.journal");

    internal Folders Folders => new() { Home = Home, Cache = folder, Root = folder, Programs = Path.Combine(folder, "programs") };

    internal FakeTree Tree { get; }

    internal KnobService Knobs { get; }

    internal KnobChanges Changes => new(new Journal(Home), Tree);

    internal void Put(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Root + path)!);
        File.WriteAllText(Root + path, text);
    }

    /// <summary>Lets a knob be another, real file of the kernel.</summary>
    internal void Link(string path, string real)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Root + path)!);
        File.Delete(Root + path);
        File.CreateSymbolicLink(Root + path, real);
    }

    internal string Value(string knob) => Tree.Value(Tree.Find(knob));

    internal KnobListing Listed(string knob) => Knobs.List().Single(listing => listing.State.Knob.Name == knob);

    /// <summary>Changes a knob as a run whose process has ended since.</summary>
    internal void SetByDeadRun(string knob, string value)
    {
        JournalEntry entry = Changes.Set(Tree.Find(knob), value, KnobOwner.Run)!;
        byte[] journal = File.ReadAllBytes(JournalPath);
        int line = journal.AsSpan(..^1).LastIndexOf((byte)'\n') + 1;
        File.WriteAllBytes(JournalPath, journal[..line]);
        new Journal(Home).Append(new JournalLine { Set = entry with { Process = new ProcessIdentity(int.MaxValue, 1) } });
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>A tree of plain files that puts the brackets of a choice where the kernel would.</summary>
    internal class FakeTree(string root) : KnobTree(root)
    {
        /// <summary>The value that this kernel makes of 3.</summary>
        internal string MakesOfThree { get; set; } = "3";

        /// <summary>A file that this kernel refuses to have written, or null.</summary>
        internal string? Refuses { get; set; }

        internal override void Write(string path, string value)
        {
            if (path == Refuses) throw new IOException($"{path}: refused");
            if (value == "3") value = MakesOfThree;
            string before = File.ReadAllText(At(path));
            base.Write(path, value);
            if (!before.Contains('[', StringComparison.Ordinal)) return;
            IEnumerable<string> choices = before.Split([' ', '\n', '[', ']'], StringSplitOptions.RemoveEmptyEntries);
            File.WriteAllText(At(path), string.Join(' ', choices.Select(choice => choice == value ? $"[{choice}]" : choice)) + "\n");
        }
    }
}
