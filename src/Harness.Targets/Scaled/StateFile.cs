using System.Security.Cryptography;
using System.Text;
using Harness.Records;

namespace Harness.Targets;

/// <summary>
/// What is kept of an arm's simulation while its plan is not over. The file's format is described in README.md beside this one. It is
/// written beside its place, fsynced and renamed over it: a kill leaves the old state or the new one.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="key">What the state must belong to: <see cref="ScaledPlan.KeyOf"/>.</param>
internal sealed class StateFile(string path, string key)
{
    private const string Magic = "harness simulation state 1";
    private const int LongestLine = 1 << 26;     // assumed: ten times a record of 4,096 CPUs
    private const int BufferBytes = 1 << 20;

    public string Path => path;

    public bool Exists => File.Exists(path);

    /// <summary>Keeps a run that goes on.</summary>
    /// <exception cref="IOException">It cannot be written. What was there is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public void Write(ModelRun run, double wallSeconds) => Write(new StateHeader { Key = key, WallSeconds = wallSeconds }, run.Save);

    /// <summary>Keeps an arm that is over.</summary>
    /// <exception cref="IOException">It cannot be written. What was there is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public void Write(ScaledArm over) => Write(new StateHeader { Key = key, WallSeconds = over.WallSeconds, Over = over }, _ => { });

    /// <summary>Takes the kept state up.</summary>
    /// <param name="start">Gives the run at its beginning, into which the state is read.</param>
    /// <returns>The run that goes on, or null and the arm when it is over; and the seconds it has taken so far.</returns>
    /// <exception cref="UsageException">The file belongs to another simulation or is damaged.</exception>
    /// <exception cref="HostCannotException">It cannot be read.</exception>
    public (ModelRun? Run, ScaledArm? Over, double WallSeconds) Read(Func<ModelRun> start)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes);
            // Whole before any of it is believed: what the run reads is then what it wrote.
            if (!IsWhole(file)) throw Damaged("its checksum is another");
            file.Position = SHA256.HashSizeInBytes;
            if (Line(file) != Magic) throw Damaged($"it does not begin with '{Magic}'");
            StateHeader header = RecordJson.Read<StateHeader>(Line(file), path);
            if (header.Key != key) throw Other();
            if (header.Over is not null) return (null, header.Over, header.WallSeconds);
            ModelRun run = start();
            if (!run.CanBeSaved) throw Other();
            run.Resume(file);
            return (run, null, header.WallSeconds);
        }
        catch (InvalidDataException e)
        {
            throw Damaged(e.Message.ReplaceLineEndings(" "), e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostCannotException($"{path}: cannot be read: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    /// <summary>Takes the file away, if there is one.</summary>
    public void Delete() => File.Delete(path);

    private UsageException Damaged(string how, Exception? inner = null) =>
        new($"{path}: damaged ({how}); delete it and run without --resume", inner);

    private UsageException Other() =>
        new($"{path}: the state of another plan, of other parameters or of another build of the model; run without --resume");

    private void Write(StateHeader header, Action<Stream> save)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        DurableFile.Write(
            path,
            file =>
            {
                file.Position = SHA256.HashSizeInBytes;
                using SHA256 hash = SHA256.Create();
                using (CryptoStream hashed = new(file, hash, CryptoStreamMode.Write, leaveOpen: true))
                {
                    hashed.Write(Encoding.UTF8.GetBytes($"{Magic}\n{RecordJson.Write(header)}\n"));
                    save(hashed);
                }
                file.Position = 0;
                file.Write(hash.Hash!);
            },
            BufferBytes);
    }

    private static bool IsWhole(FileStream file)
    {
        if (file.Length < SHA256.HashSizeInBytes) return false;
        Span<byte> written = stackalloc byte[SHA256.HashSizeInBytes];
        file.ReadExactly(written);
        return SHA256.HashData(file).AsSpan().SequenceEqual(written);
    }

    private static string Line(FileStream file)
    {
        using MemoryStream line = new();
        for (int next = file.ReadByte(); next != '\n'; next = file.ReadByte())
        {
            if (next < 0 || line.Length > LongestLine) throw new InvalidDataException("a line has no end");
            line.WriteByte((byte)next);
        }
        return Encoding.UTF8.GetString(line.GetBuffer(), 0, (int)line.Length);
    }
}
