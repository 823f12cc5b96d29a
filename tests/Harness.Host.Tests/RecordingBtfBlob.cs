using System.Text;

namespace Harness.Host.Tests;

/// <summary>Writes small BTF, as a kernel gives it for its types: the first type added is number 1.</summary>
internal sealed class RecordingBtfBlob
{
    internal const int Struct = 4;
    internal const int Union = 5;
    internal const int Typedef = 8;
    internal const int Const = 10;

    private readonly List<byte> types = [];
    private readonly List<byte> names = [0];
    private int count;

    /// <summary>An integer of 8 bytes.</summary>
    internal int Integer(string name) => Type(name, 1 << 24, 8, 64);

    /// <summary>A structure or union of members (name, type, bit offset).</summary>
    internal int Members(int kind, string name, int size, params (string Name, int Type, int Bits)[] members)
    {
        IEnumerable<uint> words = members.SelectMany(member => (uint[])[Name(member.Name), (uint)member.Type, (uint)member.Bits]);
        return Type(name, (uint)(kind << 24 | members.Length), (uint)size, [.. words]);
    }

    /// <summary>A typedef or qualifier of another type.</summary>
    internal int Named(int kind, string name, int type) => Type(name, (uint)kind << 24, (uint)type);

    /// <summary>An enumeration.</summary>
    internal int Enumeration(string name, params (string Name, int Value)[] values) =>
        Type(name, (uint)(6 << 24 | values.Length), 4, [.. values.SelectMany(value => (uint[])[Name(value.Name), (uint)value.Value])]);

    internal byte[] ToArray()
    {
        using MemoryStream blob = new();
        using BinaryWriter writer = new(blob);
        writer.Write((ushort)0xEB9F);
        writer.Write((byte)1);
        writer.Write((byte)0);
        foreach (int word in (int[])[24, 0, types.Count, types.Count, names.Count]) writer.Write(word);
        writer.Write(types.ToArray());
        writer.Write(names.ToArray());
        return blob.ToArray();
    }

    private int Type(string name, uint info, uint sizeOrType, params uint[] rest)
    {
        foreach (uint word in (uint[])[Name(name), info, sizeOrType, .. rest]) types.AddRange(BitConverter.GetBytes(word));
        return ++count;
    }

    private uint Name(string name)
    {
        if (name.Length == 0) return 0;
        int place = names.Count;
        names.AddRange(Encoding.UTF8.GetBytes(name));
        names.Add(0);
        return (uint)place;
    }
}
