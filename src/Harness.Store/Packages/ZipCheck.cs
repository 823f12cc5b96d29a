using System.Buffers.Binary;
using Harness.Records;

namespace Harness.Store;

/// <summary>
/// Looks at a zip file's directory before a reader takes all of it into memory. It must be as <see cref="PackageWriter"/> leaves it: one
/// disk, no comment, no 64-bit extension, the directory at the end (PKWARE APPNOTE.TXT 4.3.12, 4.3.16).
/// </summary>
internal static class ZipCheck
{
    private const uint EndSignature = 0x06054B50;
    private const uint EntrySignature = 0x02014B50;
    private const int EndBytes = 22;
    private const int EntryBytes = 46;

    /// <summary>Refuses what is no such file, or has too many entries.</summary>
    /// <exception cref="UsageException">It is refused; the message says why.</exception>
    public static void Check(Stream file, string where)
    {
        if (file.Length > PackageLimits.PackedBytes) throw Refused(where, $"is larger than {PackageLimits.PackedBytes >> 20} MiB");
        if (file.Length < EndBytes) throw NoPackage(where);
        Span<byte> end = stackalloc byte[EndBytes];
        file.Position = file.Length - EndBytes;
        file.ReadExactly(end);
        int entries = BinaryPrimitives.ReadUInt16LittleEndian(end[10..]);
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(end[12..]);
        uint start = BinaryPrimitives.ReadUInt32LittleEndian(end[16..]);
        bool isEnd = BinaryPrimitives.ReadUInt32LittleEndian(end) == EndSignature;
        if (!isEnd || (long)start + size + EndBytes != file.Length) throw NoPackage(where);
        if (entries > PackageLimits.Entries) throw Refused(where, $"has more than {PackageLimits.Entries} entries");

        // a reader walks the directory to its last entry whatever the count says
        Span<byte> entry = stackalloc byte[EntryBytes];
        long at = start;
        for (int seen = 0; seen < entries; seen++)
        {
            if (at + EntryBytes > file.Length - EndBytes) throw NoPackage(where);
            file.Position = at;
            file.ReadExactly(entry);
            if (BinaryPrimitives.ReadUInt32LittleEndian(entry) != EntrySignature) throw NoPackage(where);
            at += EntryBytes + BinaryPrimitives.ReadUInt16LittleEndian(entry[28..]) + BinaryPrimitives.ReadUInt16LittleEndian(entry[30..])
                + BinaryPrimitives.ReadUInt16LittleEndian(entry[32..]);
        }
        if (at != file.Length - EndBytes) throw NoPackage(where);
        file.Position = 0;
    }

    private static UsageException NoPackage(string where) =>
        new($"{where}: is no session that 'history export' wrote, or was cut off or damaged; nothing was imported");

    private static UsageException Refused(string where, string why) => new($"{where}: {why}, which no session has; nothing was imported");
}
