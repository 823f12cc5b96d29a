using System.Globalization;
using Harness.Records;

namespace Harness.Experiments;

/// <summary>A session's folder, held by one process at a time: the manifest, a record for each attempt, the logs.</summary>
internal sealed class SessionFolder : IDisposable
{
    private const int WouldBlock = 11;    // EWOULDBLOCK: another process holds the lock
    private readonly FileStream held;

    private SessionFolder(string folder, Manifest manifest)
    {
        Folder = folder;
        Manifest = manifest;
        held = Hold(folder, manifest.Session);
    }

    public string Folder { get; }

    public string Logs => Path.Combine(Folder, "logs");

    public Manifest Manifest { get; private set; }

    /// <summary>A new session of the plan. The folder appears under its name at once with everything in it, or not at all.</summary>
    public static SessionFolder Create(string sessions, LoadedPlan loaded, DateTimeOffset now)
    {
        SessionFile.CreateFolder(sessions);
        // boxes that share a store begin their nights in the same second
        string of = SafeName(loaded.Plan.Name) + (loaded is { Nightly: true, Box: { } box } ? $"-{SafeName(box)}" : "");
        string prefix = string.Create(CultureInfo.InvariantCulture, $"{now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}-{of}");
        string hidden = Path.Combine(sessions, string.Create(CultureInfo.InvariantCulture, $".new-{Environment.ProcessId}"));
        for (int number = 1; ; number++)
        {
            string id = number == 1 ? prefix : string.Create(CultureInfo.InvariantCulture, $"{prefix}-{number}");
            string folder = Path.Combine(sessions, id);
            if (Directory.Exists(folder)) continue;
            Manifest manifest = NewManifest(loaded, id, now);
            SessionFile.CreateFolder(Path.Combine(hidden, "logs"));
            SessionFile.CreateFolder(Path.Combine(hidden, "runs"));
            SessionFile.Write(Path.Combine(hidden, "manifest.json"), RecordJson.WriteIndented(manifest));
            try
            {
                Directory.Move(hidden, folder);
                DurableFile.SyncFolder(sessions);
                return new SessionFolder(folder, manifest);
            }
            catch (IOException) when (Directory.Exists(folder))
            {
                // another session of the same plan took the name within this second
            }
            catch (IOException e)
            {
                throw SessionFile.CannotWrite(folder, e);
            }
        }
    }

    /// <summary>The newest session of the plan that has runs left.</summary>
    public static SessionFolder OpenUnfinished(string sessions, LoadedPlan loaded, Action<string> notice)
    {
        string[] folders = Directory.Exists(sessions)
            ? [.. Directory.GetDirectories(sessions).OrderDescending(StringComparer.Ordinal)]
            : [];
        foreach (string folder in folders)
        {
            string file = Path.Combine(folder, "manifest.json");
            if (Path.GetFileName(folder).StartsWith('.') || !File.Exists(file)) continue;
            try
            {
                Manifest manifest = RecordJson.Read<Manifest>(ReadText(file), file);
                if (manifest.Plan != loaded.Plan.Name || manifest.PlanChecksum != loaded.Checksum || !IsUnfinished(manifest)) continue;
                if (manifest.Box is { } box && box != loaded.Box) continue;    // imported: the rest of it is for its own box to run
                var taken = new SessionFolder(folder, manifest);
                if (taken.Reread()) return taken;
                taken.Dispose();
            }
            catch (UsageException e)
            {
                notice($"passed over a session: {e.Message}");
            }
        }
        string what = loaded.Plan.SameArm is { } arm ? $"A/A session of arm '{arm}'" : "session";
        throw new UsageException($"no unfinished {what} of plan '{loaded.Plan.Name}' as it now stands; leave out --resume to begin one");
    }

    /// <summary>True while runs are left, or when the session was killed after its last one, before it was shown.</summary>
    private static bool IsUnfinished(Manifest manifest) => manifest.Ended is null || manifest.Runs.Any(IsLeft);

    /// <summary>True for a run that is still to be executed, or executed again.</summary>
    public static bool IsLeft(ManifestRun run) => run.State is RunState.Planned or RunState.Running || MayRetry(run);

    /// <summary>
    /// True for a run that gets one more attempt: it failed once, of a cause that another attempt can escape. A manifest without the
    /// failure's name is of an earlier version, which tried every failed run again.
    /// </summary>
    public static bool MayRetry(ManifestRun run) =>
        run is { State: RunState.Failed, Failures: 1 } && (run.Failure is not { } kind || kind.CanRetryHelp());

    public void Update(ManifestRun run)
    {
        Manifest = Manifest with { Runs = [.. Manifest.Runs.Select(r => r.Sequence == run.Sequence ? run : r)] };
        Write();
    }

    public void End(DateTimeOffset now)
    {
        Manifest = Manifest with { Ended = now };
        Write();
    }

    /// <summary>Writes a record of the run to a file of its own and gives its name relative to the folder.</summary>
    public string Save(ManifestRun run, RunRecord record)
    {
        string name = RecordName(run);
        SessionFile.Write(Path.Combine(Folder, name), RecordJson.WriteIndented(record));
        return name;
    }

    /// <summary>
    /// The record of a run that was in progress when its session ended, when the end came after the record was on disk and before the
    /// manifest said so; null when there is none.
    /// </summary>
    public (string Name, RunRecord Record)? Unnoted(ManifestRun run)
    {
        string name = RecordName(run);
        string file = Path.Combine(Folder, name);
        if (run.State != RunState.Running || !File.Exists(file)) return null;
        return (name, RecordJson.Read<RunRecord>(ReadText(file), file));
    }

    private static string RecordName(ManifestRun run)
    {
        string attempt = run.Failures == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"-{run.Failures + 1}");
        return string.Create(CultureInfo.InvariantCulture, $"runs/{run.Sequence:000}-{run.Arm}{attempt}.json");
    }

    public IReadOnlyList<RunRecord> ReadRecords()
    {
        var records = new List<RunRecord>();
        foreach (ManifestRun run in Manifest.Runs)
        {
            if (run.Record is null || run.State is RunState.Planned or RunState.Running) continue;
            string file = Path.Combine(Folder, "runs", Path.GetFileName(run.Record));
            records.Add(RecordJson.Read<RunRecord>(ReadText(file), file));
        }
        return records;
    }

    /// <summary>
    /// Reads the manifest once more now that no other process can write it: one that held the session until now may have gone on.
    /// </summary>
    /// <returns>False when nothing is left to do any more.</returns>
    private bool Reread()
    {
        string file = Path.Combine(Folder, "manifest.json");
        try
        {
            Manifest = RecordJson.Read<Manifest>(ReadText(file), file);
            return IsUnfinished(Manifest);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private static string ReadText(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{file}: cannot be read: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    public void Dispose() => held.Dispose();

    private void Write() => SessionFile.Write(Path.Combine(Folder, "manifest.json"), RecordJson.WriteIndented(Manifest));

    private static FileStream Hold(string folder, string session)
    {
        string path = Path.Combine(folder, "lock");
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.HResult == WouldBlock)
        {
            throw new HostCannotException($"session {session} is being run by another process; wait until it ends", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw SessionFile.CannotWrite(path, e);
        }
    }

    private static Manifest NewManifest(LoadedPlan loaded, string id, DateTimeOffset now)
    {
        Plan plan = loaded.Plan;
        IReadOnlyList<IReadOnlyList<int>> order = SessionOrder.Of(plan.Arms.Count, plan.Pairs, plan.Seed);
        var runs = order.SelectMany((arms, pair) => arms.Select(arm => (Pair: pair, Arm: plan.Arms[arm].Name)));
        return new Manifest
        {
            Session = id,
            Plan = plan.Name,
            Title = plan.Title,
            Source = plan.Source,
            Command = loaded.Command,
            PlanText = loaded.Text,
            PlanChecksum = loaded.Checksum,
            SameArm = plan.SameArm,
            Shape = plan.Altered ? null : plan.Shape,
            Altered = plan.Altered,
            Machine = plan.Machine,
            Created = now,
            Arms = [.. plan.Arms.Select(a => new ManifestArm(a.Name, a.Target))],
            Counters = plan.Counters,
            Runs = [.. runs.Select((run, sequence) => new ManifestRun
            {
                Sequence = sequence,
                Pair = run.Pair,
                Arm = run.Arm,
                Seed = SessionOrder.SeedOfPair(plan.Seed, run.Pair),
                State = RunState.Planned,
            })],
            Box = loaded.Box,
            Nightly = loaded.Nightly,
        };
    }

    private static string SafeName(string name)
    {
        string safe = string.Concat(name.Take(64).Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-'));
        return safe.Length > 0 ? safe : "plan";
    }
}
