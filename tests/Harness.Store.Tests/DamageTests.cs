using Harness.Records;

namespace Harness.Store.Tests;

public sealed class DamageTests : IDisposable
{
    private readonly StoreFolder folder = new();

    public void Dispose() => folder.Dispose();

    // is a damaged file kept, and the results built again from the session folders?
    [Theory]
    [InlineData(0)]        // the file's magic
    [InlineData(16)]       // page size
    [InlineData(100)]      // header of the first page
    [InlineData(4096)]     // first page of a table
    [InlineData(8192)]
    public void A_damaged_database_is_put_aside_and_built_again(int offset)
    {
        folder.Fill();
        folder.WriteSession("a");
        folder.WriteSession("b");
        byte[] bytes = File.ReadAllBytes(folder.Database);
        Array.Fill(bytes, (byte)0xEE, offset, 64);
        File.WriteAllBytes(folder.Database, bytes);

        using ResultStore store = folder.Open();

        Assert.Equal(bytes, File.ReadAllBytes(Assert.Single(folder.Aside())));
        Assert.Contains("was damaged", folder.Notices[0], StringComparison.Ordinal);
        Assert.Contains("holds 8 records", folder.Notices[1], StringComparison.Ordinal);
        Assert.Equal(2, folder.Notices.Count);
        Assert.Equal(["b", "a"], store.Sessions(new SessionFilter()).Select(s => s.Session));
        Assert.Equal(4, store.Records("b").Count);
    }

    // does any damage anywhere lead to something other than results or one clear line?
    [Fact]
    public void Damage_anywhere_never_crashes_and_never_deletes()
    {
        folder.Fill();
        byte[] good = File.ReadAllBytes(folder.Database);
        var random = new Random(1);
        int aside = 0;
        for (int i = 0; i < 60; i++)
        {
            byte[] bytes = (byte[])good.Clone();
            int at = random.Next(bytes.Length);
            random.NextBytes(bytes.AsSpan(at, Math.Min(random.Next(1, 512), bytes.Length - at)));
            if (i % 3 == 0) bytes = bytes[..random.Next(1, bytes.Length)];
            File.WriteAllBytes(folder.Database, bytes);
            folder.Notices.Clear();
            try
            {
                using ResultStore store = folder.Open();
                foreach (Manifest session in store.Sessions(new SessionFilter())) store.Records(session.Session);
            }
            catch (HarnessException e)
            {
                Assert.DoesNotContain('\n', e.Message);
            }
            if (folder.Notices.Count > 0) Assert.Equal(bytes, File.ReadAllBytes(folder.Aside().Order(StringComparer.Ordinal).Single(f => folder.Notices[0].Contains(f + ";", StringComparison.Ordinal))));
            aside += folder.Notices.Count;
            foreach (string file in Directory.GetFiles(folder.Home, "results.db-*")) File.Delete(file);
        }
        Assert.InRange(aside, 10, 60);
        Assert.Equal(aside, folder.Aside().Length);
    }

    // a large file is not looked through at every opening, only after a reader met damage: is the note of that taken back when there is none?
    [Fact]
    public void A_note_of_damage_has_the_file_looked_through_and_goes()
    {
        folder.Fill();
        string note = folder.Database + ".damaged";
        File.WriteAllText(note, "");
        using (ResultStore store = folder.Open()) Assert.Equal(4, store.Records("b").Count);
        Assert.False(File.Exists(note));
        Assert.Empty(folder.Aside());
        using (ResultStore store = folder.Open())
        {
            byte[] bytes = File.ReadAllBytes(folder.Database);
            Array.Fill(bytes, (byte)0xEE, 0, 64);
            File.WriteAllBytes(folder.Database, bytes);
            Assert.Throws<HostCannotException>(() => { using var other = (Microsoft.Data.Sqlite.SqliteConnection)folder.Raw(); return SqliteDatabase.Guard(folder.Database, () => Dapper.SqlMapper.Query<int>(other, "SELECT count(*) FROM runs")); });
        }
        Assert.True(File.Exists(note));
        folder.Open().Dispose();
        Assert.Single(folder.Aside());
        Assert.False(File.Exists(note));
    }

    [Fact]
    public void An_empty_file_becomes_a_database()
    {
        File.WriteAllText(folder.Database, "");
        using ResultStore store = folder.Open();
        Assert.Empty(store.Sessions(new SessionFilter()));
        Assert.Empty(folder.Notices);
    }

    [Fact]
    public void A_lost_database_is_built_again_and_bad_files_are_named()
    {
        folder.WriteSession("a");
        folder.WriteSession("b");
        File.WriteAllText(Path.Combine(folder.Sessions, "a", "manifest.json"), "{\"session\":null}");
        File.WriteAllText(Path.Combine(folder.Sessions, "b", "runs", "002.json"), "not json");

        using ResultStore store = folder.Open();

        Assert.Equal("b", Assert.Single(store.Sessions(new SessionFilter())).Session);
        Assert.Equal([0, 1, 3], store.Records("b").Select(r => r.Request.Sequence));
        Assert.Equal(3, folder.Notices.Count);
        Assert.Contains("left out: " + Path.Combine(folder.Sessions, "a", "manifest.json"), folder.Notices[0], StringComparison.Ordinal);
        Assert.Contains("holds 3 records", folder.Notices[2], StringComparison.Ordinal);
    }

    // what a killed process leaves: the file and a write-ahead log that no one has folded in
    [Fact]
    public void After_a_kill_everything_that_was_stored_is_there()
    {
        using ResultStore killed = folder.Open();
        killed.SaveSession(Sample.Manifest("a"));
        for (int i = 0; i < 4; i++) killed.SaveRecord(Sample.Record("a", i));

        using var after = new StoreFolder();
        File.Copy(folder.Database, after.Database);
        File.Copy(folder.Database + "-wal", after.Database + "-wal");
        using ResultStore store = after.Open();

        Assert.Equal(4, store.Records("a").Count);
        Assert.Empty(after.Notices);
    }

    // a power cut may leave any part of the log: is what remains a prefix of what was stored?
    [Fact]
    public void A_log_cut_anywhere_leaves_the_first_records_whole()
    {
        using ResultStore killed = folder.Open();
        killed.SaveSession(Sample.Manifest("a"));
        for (int i = 0; i < 6; i++) killed.SaveRecord(Sample.Record("a", i));
        byte[] log = File.ReadAllBytes(folder.Database + "-wal");
        var counts = new HashSet<int>();
        for (int part = 0; part <= 12; part++)
        {
            using var after = new StoreFolder();
            File.Copy(folder.Database, after.Database);
            File.WriteAllBytes(after.Database + "-wal", log[..(int)((long)log.Length * part / 12)]);
            using ResultStore store = after.Open();
            IReadOnlyList<RunRecord> records = store.Records("a");
            Assert.Equal(Enumerable.Range(0, records.Count), records.Select(r => r.Request.Sequence));
            counts.Add(records.Count);
        }
        Assert.Contains(6, counts);
        Assert.Contains(0, counts);
        Assert.True(counts.Count > 3, "the log was never cut between two records");
    }
}
