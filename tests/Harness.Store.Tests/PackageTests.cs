using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Harness.Records;

namespace Harness.Store.Tests;

/// <summary>Does a session go from one box to another as a file and arrive as it was?</summary>
public abstract class PackageTests
{
    protected abstract TestStore NewStore();

    [SkippableFact]
    public void A_session_comes_back_from_its_package_with_all_its_files()
    {
        using TestStore one = NewStore();
        WriteWhole(one);
        string file = Path.Combine(one.Home, "a.zip");
        using (ResultStore store = one.Open()) Assert.True(PackageWriter.Write(store, one.Sessions, store.Find("a"), file));

        using TestStore other = NewStore();
        using ResultStore taken = other.Open();
        Assert.Equal(ImportOutcome.Imported, PackageReader.Import(taken, other.Sessions, file).Outcome);
        string[] Files(TestStore of) => [.. Directory.GetFiles(Path.Combine(of.Sessions, "a"), "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).Select(path => $"{Path.GetRelativePath(of.Sessions, path)} {File.ReadAllText(path)}")];
        Assert.Equal(Files(one), Files(other));
        Assert.Equal(5, taken.Records("a").Count);
        Assert.Empty(Directory.GetFileSystemEntries(other.Sessions, ".*"));

        Assert.Equal(ImportOutcome.AlreadyThere, PackageReader.Import(taken, other.Sessions, file).Outcome);
        taken.SaveSession(taken.Find("a") with { Accepted = "here" });
        Assert.Equal(ImportOutcome.AlreadyThere, PackageReader.Import(taken, other.Sessions, file).Outcome);
        taken.SaveRecord(Sample.Record("a", 0, tlb: 1));
        Assert.Contains("another session called a", Assert.Throws<UsageException>(() => PackageReader.Import(taken, other.Sessions, file)).Message, StringComparison.Ordinal);
        Assert.Equal(1, taken.Records("a")[0].Find("interrupts.TLB")!.Value);
    }

    [SkippableFact]
    public void A_session_whose_folder_is_gone_is_packed_from_the_store()
    {
        using TestStore one = NewStore();
        WriteWhole(one);
        string file = Path.Combine(one.Home, "a.zip");
        using (ResultStore store = one.Open())
        {
            Directory.Delete(one.Sessions, recursive: true);
            Assert.False(PackageWriter.Write(store, one.Sessions, store.Find("a"), file));
            Assert.Equal(ImportOutcome.AlreadyThere, PackageReader.Import(store, one.Sessions, file).Outcome);    // and has a folder again
        }
        Assert.True(File.Exists(Path.Combine(one.Sessions, "a", "manifest.json")));
        using TestStore other = NewStore();
        using ResultStore taken = other.Open();
        PackageReader.Import(taken, other.Sessions, file);
        Assert.Equal([Origin.Emulated, Origin.Modelled], taken.Records("a").Where(r => r.Request.Sequence == 0).Select(r => r.Origin));
        Assert.Equal(5, taken.Records("a").Count);
        Assert.Equal(DateTimeOffset.UnixEpoch, taken.Find("a").Ended);
    }

    private static void WriteWhole(TestStore store) => store.WriteSession(
        Sample.Manifest("a") with { Ended = DateTimeOffset.UnixEpoch },
        [.. Enumerable.Range(0, 4).Select(i => Sample.Record("a", i)), Sample.Record("a", 0, origin: Origin.Modelled)]);
}

/// <summary>What a hostile package may try: is each refused in one line, with nothing left behind?</summary>
public sealed class SqlitePackageTests : PackageTests, IDisposable
{
    private readonly StoreFolder folder = new();
    private readonly StoreFolder target = new();

    protected override TestStore NewStore() => new StoreFolder();

    public void Dispose()
    {
        folder.Dispose();
        target.Dispose();
    }

    [Fact]
    public void The_same_session_gives_the_same_bytes()
    {
        Assert.Equal(File.ReadAllBytes(Pack()), File.ReadAllBytes(Pack()));
    }

    [Theory]
    [InlineData("../evil.json", "a file that no session has")]
    [InlineData("runs/../../evil.json", "a file that no session has")]
    [InlineData("/etc/evil.json", "a file that no session has")]
    [InlineData("runs\\..\\evil.json", "a file that no session has")]
    [InlineData("runs/.hidden", "a file that no session has")]
    [InlineData("runs/sub/x.json", "a file that no session has")]
    [InlineData("runs/", "a file that no session has")]
    [InlineData("logs/\u001b[2J", "a file that no session has")]
    [InlineData("report.html", "a file that no session has")]
    public void A_name_that_leaves_the_folder_is_refused(string name, string why) => Refused(why, packed =>
    {
        packed.Files.Add(name, "x"u8.ToArray());
    });

    [Theory]
    [InlineData("../a")]
    [InlineData(".a")]
    [InlineData("a/b")]
    [InlineData("")]
    [InlineData("-rf")]
    public void A_session_whose_name_is_a_path_is_refused(string session) => Refused("the session's name is none", packed => packed.Session = session);

    [Fact]
    public void A_session_of_another_name_than_its_list_says_is_refused() => Refused("is of another session", packed => packed.Session = "b");

    [Fact]
    public void A_record_of_another_session_is_refused() => Refused("a record is of another session",
        packed => packed.Files["runs/001.json"] = Encoding.UTF8.GetBytes(RecordJson.Write(Sample.Record("b", 1))));

    [Fact]
    public void A_damaged_record_is_refused() => Refused("not a valid RunRecord", packed => packed.Files["runs/001.json"] = "{}"u8.ToArray());

    [Fact]
    public void A_file_with_another_digest_is_refused() => Refused("is not what was packed", packed => packed.Change = (name, file) =>
        name == "runs/001.json" ? file with { Sha256 = new string('0', 64) } : file);

    // a deflated stream of zeros: a thousand times as large unpacked
    [Fact]
    public void A_file_that_unpacks_to_more_than_listed_is_refused_before_it_is_large()
    {
        Refused("is not what was packed", packed =>
        {
            packed.Files["logs/bomb"] = new byte[200 << 20];
            packed.Change = (name, file) => name == "logs/bomb" ? file with { Bytes = 10 } : file;
        });
    }

    [Fact]
    public void A_list_of_more_than_the_limit_is_refused_before_anything_is_unpacked() => Refused("it is too large", packed =>
    {
        packed.Files["logs/x"] = [1];
        packed.Change = (name, file) => name == "logs/x" ? file with { Bytes = long.MaxValue - 5 } : file;
    });

    [Fact]
    public void A_record_too_large_to_be_read_is_refused() => Refused("is too large", packed =>
        packed.Change = (name, file) => name == "runs/001.json" ? file with { Bytes = 1L << 30 } : file);

    [Fact]
    public void Two_entries_of_one_name_are_refused() => Refused("two entries have one name", packed => packed.Twice = "runs/001.json");

    [Fact]
    public void A_list_that_names_a_file_twice_is_refused() => Refused("its list names a file twice", packed => packed.ListTwice = "runs/001.json");

    [Fact]
    public void A_link_is_refused() => Refused("an entry is a link", packed => packed.Link = "runs/001.json");

    [Fact]
    public void A_file_that_the_list_does_not_name_is_refused() => Refused("that its list does not name", packed => packed.Unlisted = "logs/extra");

    [Fact]
    public void A_newer_format_is_refused() => Refused("was packed by a newer Harness (format 9", packed => packed.Version = 9);

    [Fact]
    public void More_entries_than_a_session_has_are_refused() => Refused("more than 10000 entries", packed =>
    {
        for (int i = 0; i < 10_000; i++) packed.Files[$"logs/{i}"] = [];
    });

    [Fact]
    public void Another_programs_zip_and_what_is_none_are_refused()
    {
        string file = Path.Combine(folder.Home, "other.zip");
        using (ZipArchive zip = ZipFile.Open(file, ZipArchiveMode.Create)) zip.CreateEntry("word/document.xml");
        Assert.Contains("another program's zip file", Refusal(file), StringComparison.Ordinal);
        File.WriteAllText(file, new string('x', 5000));
        Assert.Contains("is no session that 'history export' wrote", Refusal(file), StringComparison.Ordinal);
        File.WriteAllText(file, "");
        Assert.Contains("is no session that 'history export' wrote", Refusal(file), StringComparison.Ordinal);
        Assert.Contains("there is no such file", Refusal(file + ".not"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_there_and_cannot_be_read_is_left_as_it_is()
    {
        string file = Pack();
        string there = Path.Combine(target.Sessions, "a");
        Directory.CreateDirectory(there);
        File.WriteAllText(Path.Combine(there, "manifest.json"), "mine");
        using ResultStore store = target.Open();
        Assert.Contains("is there already and is not this session", Assert.Throws<UsageException>(() => PackageReader.Import(store, target.Sessions, file)).Message, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(Path.Combine(there, "manifest.json")));
    }

    // does any damage lead to something other than the session as it was, or one clear line and nothing?
    [Fact]
    public void Damage_anywhere_is_refused_or_does_no_harm()
    {
        byte[] good = File.ReadAllBytes(Pack());
        string expected = Content();
        var random = new Random(3);
        int refused = 0;
        for (int i = 0; i < 150; i++)
        {
            byte[] bytes = (byte[])good.Clone();
            for (int n = random.Next(1, 4); n > 0; n--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (i % 5 == 0) bytes = bytes[..random.Next(bytes.Length)];
            if (i % 5 == 1) BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(random.Next(bytes.Length - 4)), (uint)random.Next(-3, 4));
            string file = Path.Combine(folder.Home, "damaged.zip");
            File.WriteAllBytes(file, bytes);
            using var taken = new StoreFolder();
            using ResultStore store = taken.Open();
            try
            {
                PackageReader.Import(store, taken.Sessions, file);
                Assert.Equal(expected, string.Concat(store.Records("a").Select(RecordJson.Write)));
            }
            catch (HarnessException e)
            {
                refused++;
                Assert.DoesNotContain('\n', e.Message);
                Assert.Empty(store.Sessions(new SessionFilter()));
                Assert.Empty(Directory.GetFileSystemEntries(taken.Sessions));
            }
        }
        Assert.InRange(refused, 75, 150);
    }

    private string Content()
    {
        using ResultStore store = folder.Open();
        return string.Concat(store.Records("a").Select(RecordJson.Write));
    }

    private string Pack()
    {
        if (!Directory.Exists(folder.Sessions)) folder.WriteSession(Sample.Manifest("a") with { Ended = DateTimeOffset.UnixEpoch }, [.. Enumerable.Range(0, 4).Select(i => Sample.Record("a", i))]);
        string file = Path.Combine(folder.Home, $"{Guid.NewGuid():N}.zip");
        using ResultStore store = folder.Open();
        PackageWriter.Write(store, folder.Sessions, store.Find("a"), file);
        return file;
    }

    private void Refused(string why, Action<HostilePackage> spoil)
    {
        HostilePackage packed = new(Pack());
        spoil(packed);
        string file = Path.Combine(folder.Home, "hostile.zip");
        packed.Write(file);
        string message = Refusal(file);
        Assert.Contains(why, message, StringComparison.Ordinal);
        Assert.Contains("import", message, StringComparison.Ordinal);
    }

    private string Refusal(string file)
    {
        string[] before = [.. Directory.GetFileSystemEntries(folder.Home, "*", SearchOption.AllDirectories)];
        using ResultStore store = target.Open();
        string message = Assert.Throws<UsageException>(() => PackageReader.Import(store, target.Sessions, file)).Message;
        Assert.DoesNotContain('\n', message);
        Assert.Empty(store.Sessions(new SessionFilter()));
        Assert.Empty(Directory.GetFileSystemEntries(target.Sessions));
        Assert.Equal(before, Directory.GetFileSystemEntries(folder.Home, "*", SearchOption.AllDirectories));
        return message;
    }
}

[Collection(PostgresTests.Name)]
public sealed class PostgresPackageTests(PostgresServer server) : PackageTests
{
    protected override TestStore NewStore() => new ServerStore(server);
}
