using Harness.Host.Knobs;
using Microsoft.Win32.SafeHandles;

namespace Harness.Host.Tests;

/// <summary>
/// A disk with a page cache: files are real files, and beside them stands what of them a power cut would leave. A sync that fails drops the
/// pages it should have written, as Linux does: a later sync does not write them unless they are written to again.
/// </summary>
internal sealed class KnobsFaultyDisk(KnobsFaults faults, string home) : JournalDisk
{
    private const int Page = 4096;

    private readonly Dictionary<string, CachedFile> names = Directory.Exists(home)
        ? Directory.EnumerateFiles(home, "knobs.*").ToDictionary(path => path, path => new CachedFile { OnDisk = File.ReadAllBytes(path) })
        : [];

    private Dictionary<string, CachedFile> namesOnDisk = [];

    /// <summary>A mutant's omissions: steps that do nothing.</summary>
    internal HashSet<KnobsStep> Omitted { get; init; } = [];

    /// <summary>A mutant that takes a failed sync for a good one.</summary>
    internal bool IgnoresSyncErrors { get; init; }

    /// <summary>A mutant that puts a shorter journal in its place before it is on disk.</summary>
    internal bool RenamesUnsynced { get; init; }

    /// <summary>A mutant that writes a knob's line after the knob.</summary>
    internal bool WritesLate { get; init; }

    /// <summary>What a mutant that writes late has still to do.</summary>
    internal List<Action> Late { get; } = [];

    /// <summary>Whether a power cut now would lose anything.</summary>
    internal bool HasUnsynced =>
        names.Count != namesOnDisk.Count
        || names.Any(name => name.Value.DirtyPages.Count > 0 || namesOnDisk.GetValueOrDefault(name.Key) != name.Value);

    /// <summary>All that is there now is on disk.</summary>
    internal KnobsFaultyDisk Settled()
    {
        namesOnDisk = new(names);
        return this;
    }

    internal override byte[]? Read(string path, int most)
    {
        faults.Step(KnobsStep.DiskRead);
        return base.Read(path, most);
    }

    internal override SafeFileHandle Open(string path)
    {
        faults.Step(KnobsStep.DiskOpen);
        names.TryAdd(path, new CachedFile());
        return base.Open(path);
    }

    internal override void Cut(SafeFileHandle file, string path, long length)
    {
        faults.Step(KnobsStep.DiskCut);
        base.Cut(file, path, length);
    }

    internal override void Write(SafeFileHandle file, string path, ReadOnlySpan<byte> bytes, long at)
    {
        if (WritesLate && bytes.IndexOf("\"set\""u8) >= 0)
        {
            byte[] kept = bytes.ToArray();
            Late.Add(() =>
            {
                using SafeFileHandle again = base.Open(path);
                Write(again, path, kept, at, faults.Step(KnobsStep.DiskWrite));
                names[path].Sync(path);
                namesOnDisk = new(names);
            });
            return;
        }
        Write(file, path, bytes, at, faults.Step(KnobsStep.DiskWrite));
    }

    private void Write(SafeFileHandle file, string path, ReadOnlySpan<byte> bytes, long at, bool half)
    {
        if (half) bytes = bytes[..(bytes.Length / 2)];
        base.Write(file, path, bytes, at);
        CachedFile cached = names[path];
        for (long page = at / Page; page <= (at + bytes.Length) / Page; page++) cached.DirtyPages.Add(page);
        cached.LastWrite = (at, bytes.Length);
        if (half) throw faults.AfterHalf();
    }

    internal override void Sync(SafeFileHandle file, string path)
    {
        if (Omitted.Contains(KnobsStep.DiskSync) || (RenamesUnsynced && path.EndsWith(".new", StringComparison.Ordinal))) return;
        try
        {
            faults.Step(KnobsStep.DiskSync);
        }
        catch (IOException)
        {
            names[path].DirtyPages.Clear();
            if (IgnoresSyncErrors) return;
            throw;
        }
        names[path].Sync(path);
    }

    internal override void Rename(string from, string to)
    {
        faults.Step(KnobsStep.DiskRename);
        base.Rename(from, to);
        names[to] = names[from];
        names.Remove(from);
    }

    internal override void Delete(string path)
    {
        faults.Step(KnobsStep.DiskDelete);
        base.Delete(path);
        names.Remove(path);
    }

    internal override void SyncFolder(string folder)
    {
        if (Omitted.Contains(KnobsStep.DiskSyncFolder)) return;
        faults.Step(KnobsStep.DiskSyncFolder);
        if (folder == home) namesOnDisk = new(names);
    }

    /// <summary>The page cache is gone; the files are what the disk has.</summary>
    internal void Lose(KnobsRemains remains)
    {
        Dictionary<string, byte[]> found = [];
        foreach ((string path, CachedFile file) in remains == KnobsRemains.Nothing ? namesOnDisk : names)
        {
            // A name can only be on disk without its file's other name when the rename was: the cached content lies at the new one.
            string? cachedAt = names.FirstOrDefault(name => name.Value == file).Key;
            found[path] = cachedAt is null ? file.OnDisk : file.Found(File.ReadAllBytes(cachedAt), remains);
        }
        foreach (string path in names.Keys) File.Delete(path);
        names.Clear();
        foreach ((string path, byte[] content) in found)
        {
            File.WriteAllBytes(path, content);
            names[path] = new CachedFile { OnDisk = content };
        }
        namesOnDisk = new(names);
    }

    private sealed class CachedFile
    {
        internal byte[] OnDisk { get; set; } = [];

        internal HashSet<long> DirtyPages { get; } = [];

        /// <summary>The last write that was not synced.</summary>
        internal (long At, int Length)? LastWrite { get; set; }

        internal void Sync(string path)
        {
            byte[] cached = File.ReadAllBytes(path);
            byte[] synced = new byte[cached.Length];
            OnDisk.AsSpan(0, Math.Min(OnDisk.Length, synced.Length)).CopyTo(synced);
            foreach (long page in DirtyPages)
            {
                int from = (int)(page * Page);
                if (from < cached.Length) cached.AsSpan(from, Math.Min(Page, cached.Length - from)).CopyTo(synced.AsSpan(from));
            }
            OnDisk = synced;
            DirtyPages.Clear();
            LastWrite = null;
        }

        internal byte[] Found(byte[] cached, KnobsRemains remains)
        {
            if (remains is KnobsRemains.Nothing or KnobsRemains.Names || DirtyPages.Count == 0) return OnDisk;
            if (LastWrite is not { } write || write.At >= cached.Length) return cached;
            Span<byte> last = cached.AsSpan((int)write.At, (int)Math.Min(write.Length, cached.Length - write.At));
            switch (remains)
            {
                case KnobsRemains.FirstHalf:
                    return cached[..(int)(write.At + last.Length / 2)];
                case KnobsRemains.Zeros:
                    last.Clear();
                    break;
                case KnobsRemains.SecondHalf:
                    last[..(last.Length / 2)].Clear();
                    break;
            }
            return cached;
        }
    }
}
