using System.Buffers.Binary;
using System.Globalization;

namespace Harness.Host.Recording;

/// <summary>Where the fields of an event are in its records.</summary>
/// <param name="Id">The event's number: the record's first two bytes.</param>
/// <param name="Fields">The fields by name, those common to all events among them.</param>
internal sealed record EventFormat(ushort Id, IReadOnlyDictionary<string, EventField> Fields)
{
    /// <summary>Reads the lines of an event's <c>format</c> file.</summary>
    /// <exception cref="IOException">It is not one.</exception>
    internal static EventFormat Parse(IEnumerable<string> lines)
    {
        ushort? id = null;
        Dictionary<string, EventField> fields = new(StringComparer.Ordinal);
        foreach (string line in lines)
        {
            if (line.StartsWith("ID: ", StringComparison.Ordinal)
                && ushort.TryParse(line.AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out ushort number)) id = number;
            else if (line.StartsWith("\tfield:", StringComparison.Ordinal) && Field(line) is { } field) fields[field.Name] = field;
        }
        return id is { } known ? new EventFormat(known, fields) : throw new IOException("an event's format has no ID");
    }

    // "\tfield:unsigned long pfn;\toffset:8;\tsize:8;\tsigned:0;"; an array has its length behind the name.
    private static EventField? Field(string line)
    {
        string[] parts = line.Trim().Split(';', StringSplitOptions.TrimEntries);
        if (parts.Length < 4 || Number(parts[1], "offset:") is not { } offset || Number(parts[2], "size:") is not { } size) return null;
        string declared = parts[0];
        string name = declared[(declared.LastIndexOf(' ') + 1)..];
        int bracket = name.IndexOf('[', StringComparison.Ordinal);
        return new EventField(bracket < 0 ? name : name[..bracket], offset, size, parts[3] == "signed:1");
    }

    private static int? Number(string part, string name) => part.StartsWith(name, StringComparison.Ordinal)
        && ushort.TryParse(part.AsSpan(name.Length), NumberStyles.None, CultureInfo.InvariantCulture, out ushort number) ? number : null;
}

/// <summary>A field of an event's records.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Offset">Its first byte.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="Signed">True when the highest bit is its sign.</param>
internal readonly record struct EventField(string Name, int Offset, int Size, bool Signed)
{
    /// <summary>True when it is a number of 1, 2, 4 or 8 bytes.</summary>
    internal bool IsNumber => Size is 1 or 2 or 4 or 8;

    /// <summary>The field of a record that is long enough.</summary>
    internal ulong Of(ReadOnlySpan<byte> record)
    {
        ReadOnlySpan<byte> bytes = record[Offset..];
        return (Size, Signed) switch
        {
            (8, _) => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
            (4, true) => (ulong)BinaryPrimitives.ReadInt32LittleEndian(bytes),
            (4, false) => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            (2, true) => (ulong)BinaryPrimitives.ReadInt16LittleEndian(bytes),
            (2, false) => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            (_, true) => (ulong)(sbyte)bytes[0],
            _ => bytes[0],
        };
    }
}
