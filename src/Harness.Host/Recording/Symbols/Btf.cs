using System.Buffers.Binary;
using System.Text;

namespace Harness.Host.Recording.Symbols;

/// <summary>
/// The kernel's own description of its types (BTF), as far as layouts go. One pass checks that every type lies whole within the bytes and
/// notes where it begins; what is asked for is then looked up in place. The format is published: Documentation/bpf/btf.rst.
/// </summary>
internal sealed class Btf
{
    private const ushort Magic = 0xEB9F;
    private const int HeaderBytes = 24;
    private const int TypeBytes = 12;

    // Assumed: no member of a kernel's structure lies deeper; only damaged bytes go on.
    private const int DeepestNesting = 16;
    private const int MostMembersSeen = 1 << 20;

    private readonly byte[] data;
    private readonly int strings;
    private readonly int stringsEnd;
    private readonly List<int> starts;

    private Btf(byte[] data, int strings, int stringsEnd, List<int> starts)
    {
        this.data = data;
        this.strings = strings;
        this.stringsEnd = stringsEnd;
        this.starts = starts;
    }

    private enum Kind
    {
        Int = 1, Pointer, Array, Struct, Union, Enum, Forward, Typedef, Volatile, Const, Restrict, Function, Prototype, Variable, Section,
        Float, DeclarationTag, TypeTag, Enum64,
    }

    /// <summary>Reads the bytes of /sys/kernel/btf/vmlinux, which are kept.</summary>
    /// <param name="data">The bytes.</param>
    /// <param name="why">When it is none: where the bytes go wrong.</param>
    /// <returns>The types, or null.</returns>
    public static Btf? Parse(byte[] data, out string? why)
    {
        why = "no BTF of version 1";
        if (data.Length < HeaderBytes || BinaryPrimitives.ReadUInt16LittleEndian(data) != Magic || data[2] != 1) return null;
        why = "its sections do not lie within it";
        long header = Word(data, 4);
        if (!Section(data, header, 8, out int types, out int typesEnd)) return null;
        if (!Section(data, header, 16, out int strings, out int stringsEnd)) return null;

        List<int> starts = [0]; // type 0 is void
        int position = types;
        while (position < typesEnd)
        {
            long size = TypeBytes;
            if (typesEnd - position >= TypeBytes) size += Details(KindAt(data, position), VariesAt(data, position));
            if (size < TypeBytes || size > typesEnd - position)
            {
                why = $"type {starts.Count} is unknown or cut off";
                return null;
            }
            starts.Add(position);
            position += (int)size;
        }
        why = null;
        return new Btf(data, strings, stringsEnd, starts);
    }

    /// <summary>Where a member lies, in bytes; null when there is none, or it does not begin at a byte.</summary>
    /// <param name="path">A structure, its member, a member of that: <c>mm_struct.context.tlb_gen</c>. Nameless ones are passed.</param>
    public int? OffsetOf(string path)
    {
        string[] names = path.Split('.');
        int type = Find(names[0], isEnum: false);
        long bits = 0;
        int budget = MostMembersSeen;
        foreach (string name in names.AsSpan(1))
        {
            if (type == 0 || !Member(type, Encoding.UTF8.GetBytes(name), 0, ref budget, out long offset, out int memberType)) return null;
            bits += offset;
            type = Plain(memberType);
        }
        return bits % 8 == 0 && bits / 8 <= int.MaxValue ? (int)(bits / 8) : null;
    }

    /// <summary>A structure's size in bytes; null when there is none.</summary>
    public int? SizeOf(string structure) => Find(structure, isEnum: false) is > 0 and int type ? (int)Word(data, starts[type] + 8) : null;

    /// <summary>An enumerator's value; null when there is none.</summary>
    public long? ValueOf(string enumeration, string name)
    {
        int type = Find(enumeration, isEnum: true);
        if (type == 0) return null;
        int start = starts[type];
        bool wide = KindAt(data, start) == Kind.Enum64;
        byte[] wanted = Encoding.UTF8.GetBytes(name);
        for (int index = 0; index < VariesAt(data, start); index++)
        {
            int at = start + TypeBytes + index * (wide ? 12 : 8);
            if (!IsNamed(at, wanted)) continue;
            return wide ? (long)(Word(data, at + 8) << 32 | Word(data, at + 4)) : (int)Word(data, at + 4);
        }
        return null;
    }

    private int Find(string name, bool isEnum)
    {
        byte[] wanted = Encoding.UTF8.GetBytes(name);
        for (int type = 1; type < starts.Count; type++)
        {
            Kind kind = KindAt(data, starts[type]);
            bool fits = isEnum ? kind is Kind.Enum or Kind.Enum64 : kind is Kind.Struct or Kind.Union;
            if (fits && VariesAt(data, starts[type]) > 0 && IsNamed(starts[type], wanted)) return type;
        }
        return 0;
    }

    private bool Member(int type, byte[] name, int depth, ref int budget, out long bits, out int memberType)
    {
        (bits, memberType) = (0, 0);
        int start = starts[type];
        if (KindAt(data, start) is not (Kind.Struct or Kind.Union) || depth > DeepestNesting) return false;
        bool bitfields = Word(data, start + 4) >> 31 != 0; // offsets then carry a bitfield's size in their top byte
        for (int index = 0; index < VariesAt(data, start); index++)
        {
            if (--budget < 0) return false;
            int at = start + TypeBytes + index * 12;
            uint own = Word(data, at + 8);
            if (bitfields) own &= 0xFFFFFF;
            int of = TypeAt(at + 4);
            if (IsNamed(at, name))
            {
                (bits, memberType) = (own, of);
                return true;
            }
            if (!IsNamed(at, []) || Plain(of) is not (> 0 and int inner)) continue;
            if (Member(inner, name, depth + 1, ref budget, out bits, out memberType))
            {
                bits += own;
                return true;
            }
        }
        return false;
    }

    /// <summary>The type behind typedefs and qualifiers; 0 when there is none.</summary>
    private int Plain(int type)
    {
        for (int step = 0; step < DeepestNesting; step++)
        {
            if (type == 0) return 0;
            Kind kind = KindAt(data, starts[type]);
            if (kind is not (Kind.Typedef or Kind.Volatile or Kind.Const or Kind.Restrict or Kind.TypeTag)) return type;
            type = TypeAt(starts[type] + 8);
        }
        return 0;
    }

    private int TypeAt(int position) => Word(data, position) is uint type && type < starts.Count ? (int)type : 0;

    /// <summary>Does what begins here have this name? The first word of everything is its name's place.</summary>
    private bool IsNamed(int position, ReadOnlySpan<byte> name)
    {
        long start = strings + (long)Word(data, position);
        return start + name.Length < stringsEnd
            && data.AsSpan((int)start, name.Length).SequenceEqual(name) && data[(int)start + name.Length] == 0;
    }

    private static bool Section(byte[] data, long header, int field, out int start, out int end)
    {
        long first = header + Word(data, field);
        long last = first + Word(data, field + 4);
        (start, end) = last <= data.Length ? ((int)first, (int)last) : (0, 0);
        return header >= HeaderBytes && last <= data.Length;
    }

    /// <summary>Bytes after a type's first three words; negative for a kind that this does not know.</summary>
    private static long Details(Kind kind, int count) => kind switch
    {
        Kind.Int or Kind.Variable or Kind.DeclarationTag => 4,
        Kind.Array => 12,
        Kind.Struct or Kind.Union or Kind.Section or Kind.Enum64 => 12L * count,
        Kind.Enum or Kind.Prototype => 8L * count,
        >= Kind.Int and <= Kind.Enum64 => 0,
        _ => -TypeBytes,
    };

    private static Kind KindAt(byte[] data, int start) => (Kind)(Word(data, start + 4) >> 24 & 0x1F);

    private static int VariesAt(byte[] data, int start) => (int)(Word(data, start + 4) & 0xFFFF);

    private static uint Word(byte[] data, int position) => BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan(position));
}
