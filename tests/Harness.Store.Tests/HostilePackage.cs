using System.IO.Compression;
using System.Security.Cryptography;

namespace Harness.Store.Tests;

/// <summary>A good package taken apart, to be put together again with something wrong in it.</summary>
internal sealed class HostilePackage
{
    public HostilePackage(string good)
    {
        using ZipArchive zip = ZipFile.OpenRead(good);
        foreach (ZipArchiveEntry entry in zip.Entries.Where(entry => entry.FullName != PackageHeader.EntryName))
        {
            using Stream stream = entry.Open();
            using MemoryStream content = new();
            stream.CopyTo(content);
            Files.Add(entry.FullName, content.ToArray());
        }
    }

    public string Session { get; set; } = "a";

    public int Version { get; set; } = PackageHeader.CurrentVersion;

    public Dictionary<string, byte[]> Files { get; } = [];

    public Func<string, PackedFile, PackedFile> Change { get; set; } = (_, file) => file;

    public string? Twice { get; set; }

    public string? ListTwice { get; set; }

    public string? Link { get; set; }

    public string? Unlisted { get; set; }

    public void Write(string path)
    {
        File.Delete(path);
        using ZipArchive zip = ZipFile.Open(path, ZipArchiveMode.Create);
        List<PackedFile> list = [];
        foreach ((string name, byte[] content) in Files)
        {
            list.Add(Change(name, new PackedFile(name, content.Length, Convert.ToHexStringLower(SHA256.HashData(content)))));
            if (name == ListTwice) list.Add(list[^1]);
            ZipArchiveEntry entry = Add(zip, name, content);
            if (name == Link) entry.ExternalAttributes = unchecked((int)0xA1FF_0000);
            if (name == Twice) Add(zip, name, content);
        }
        if (Unlisted is not null) Add(zip, Unlisted, [1]);
        Add(zip, PackageHeader.EntryName, new PackageHeader { Version = Version, Session = Session, Files = list }.Write());
    }

    private static ZipArchiveEntry Add(ZipArchive zip, string name, byte[] content)
    {
        ZipArchiveEntry entry = zip.CreateEntry(name);
        using Stream stream = entry.Open();
        stream.Write(content);
        return entry;
    }
}
