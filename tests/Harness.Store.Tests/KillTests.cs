using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using Dapper;
using Harness.Records;

namespace Harness.Store.Tests;

/// <summary>After SIGKILL at any moment, does the store open and hold what it said it had stored, whole?</summary>
public abstract class KillTests
{
    private const int Kills = 12;

    protected abstract TestStore NewStore();

    [SkippableFact]
    public void A_killed_writer_loses_nothing_that_was_stored()
    {
        using TestStore kept = NewStore();
        var random = new Random(5);
        int next = 0;
        int halfway = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            int told = StoreUntilKilled(kept, next, random.Next(1, 60), TimeSpan.FromMicroseconds(random.Next(0, 20_000)));
            int stored = Check(kept);
            Assert.InRange(stored, told, told + 1);    // one may have been stored and not told any more
            halfway += stored - told;
            next = stored;
        }
        Assert.True(next > Kills, "nothing was stored between the kills");
        Console.WriteLine($"figure: {Kills} kills, {next} records, {halfway} stored and not told");
    }

    /// <summary>Starts a writer, kills it so long after its record of that number, and gives how many it has told of in all.</summary>
    private static int StoreUntilKilled(TestStore kept, int first, int records, TimeSpan after)
    {
        using Process writer = Writer(kept, first);
        int told = first;
        while (told < first + records && writer.StandardOutput.ReadLine() is { } line) told = int.Parse(line, CultureInfo.InvariantCulture) + 1;
        Assert.True(told == first + records, "the writer ended by itself");
        long until = Stopwatch.GetTimestamp() + (long)(after.TotalSeconds * Stopwatch.Frequency);
        while (Stopwatch.GetTimestamp() < until)
        {
            // so short a time that waiting for it would be longer
        }
        writer.Kill();
        while (writer.StandardOutput.ReadLine() is { } line)
        {
            if (line.Length > 0 && int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out int last)) told = Math.Max(told, last + 1);
        }
        writer.WaitForExit();
        return told;
    }

    protected static Process Writer(TestStore kept, int first) => Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [
        "exec", typeof(Program).Assembly.Location, kept.Address, kept.Home, first.ToString(CultureInfo.InvariantCulture)])
    { RedirectStandardOutput = true })!;

    /// <summary>The records are 0, 1, 2, … without a gap, each whole with its counters.</summary>
    protected static int Check(TestStore kept)
    {
        using ResultStore store = kept.Open();
        IReadOnlyList<RunRecord> records = store.Records("a");
        Assert.Equal(Enumerable.Range(0, records.Count), records.Select(record => record.Request.Sequence));
        using DbConnection raw = kept.Raw();
        Assert.Equal(2 * records.Count, raw.ExecuteScalar<long>("SELECT count(*) FROM counters"));
        Assert.Empty(kept.Notices);
        return records.Count;
    }
}

public sealed class SqliteKillTests : KillTests
{
    protected override TestStore NewStore() => new StoreFolder();
}

[Collection(PostgresTests.Name)]
public sealed class PostgresKillTests(PostgresServer server) : KillTests
{
    protected override TestStore NewStore() => new ServerStore(server);

    [SkippableFact]
    public void A_killed_server_loses_nothing_that_was_stored()
    {
        using ServerStore kept = new(server);
        int next = 0;
        for (int kill = 0; kill < 2; kill++)
        {
            using Process writer = Writer(kept, next);
            int told = next;
            while (told < next + 40 && writer.StandardOutput.ReadLine() is { } line) told = int.Parse(line, CultureInfo.InvariantCulture) + 1;
            server.Kill();
            while (writer.StandardOutput.ReadLine() is { } line) told = int.Parse(line, CultureInfo.InvariantCulture) + 1;
            writer.WaitForExit();
            Assert.Equal((int)ExitCode.HostCannot, writer.ExitCode);
            server.Start();
            int stored = Check(kept);
            Assert.InRange(stored, told, told + 1);
            next = stored;
        }
    }
}
