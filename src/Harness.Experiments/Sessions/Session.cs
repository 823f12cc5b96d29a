using System.Globalization;
using Harness.Records;

namespace Harness.Experiments;

/// <summary>A session after its last run.</summary>
/// <param name="Folder">Its folder: <c>manifest.json</c>, <c>runs/</c>, <c>predictions/</c>, <c>logs/</c>, <c>own-cost.json</c>.</param>
/// <param name="Manifest">What was done.</param>
/// <param name="Records">The newest record of each run, in the order of runs.</param>
public sealed record Session(string Folder, Manifest Manifest, IReadOnlyList<RunRecord> Records)
{
    /// <summary>What the harness's own runtime has done in this session so far, in processes before this one too.</summary>
    /// <exception cref="UsageException">The file is damaged.</exception>
    public static SessionCost ReadCost(string folder)
    {
        string file = CostFile(folder);
        return File.Exists(file) ? RecordJson.Read<SessionCost>(File.ReadAllText(file), file) : new SessionCost();
    }

    /// <summary>Writes it.</summary>
    /// <exception cref="HostCannotException">It cannot be written.</exception>
    public void Keep(SessionCost cost) => SessionFile.Write(CostFile(Folder), RecordJson.WriteIndented(cost));

    /// <summary>Writes what the model predicts for the runs to files of their own beside the session's records.</summary>
    /// <param name="predicted">Modelled records of this session's requests.</param>
    /// <exception cref="HostCannotException">They cannot be written.</exception>
    public void Keep(IReadOnlyList<RunRecord> predicted)
    {
        string folder = Path.Combine(Folder, "predictions");
        SessionFile.CreateFolder(folder);
        foreach (RunRecord record in predicted)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"{record.Request.Sequence:000}-{record.Request.Arm}.json");
            SessionFile.Write(Path.Combine(folder, name), RecordJson.WriteIndented(record));
        }
    }

    private static string CostFile(string folder) => Path.Combine(folder, "own-cost.json");
}
