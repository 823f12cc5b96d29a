using System.Buffers.Binary;
using System.Text;

namespace Harness.Experiments.Tests;

/// <summary>A GGUF file as its format's description has it, read with nothing of the project's own.</summary>
public sealed class GgufFile
{
    private readonly byte[] bytes;
    private int at;

    public GgufFile(string path)
    {
        bytes = File.ReadAllBytes(path);
        Assert.Equal("GGUF"u8.ToArray(), Take(4).ToArray());
        Version = UInt32();
        ulong tensors = UInt64();
        ulong values = UInt64();
        for (ulong i = 0; i < values; i++) Values.Add(Text(), Value(UInt32()));
        for (ulong i = 0; i < tensors; i++)
        {
            string name = Text();
            ulong[] sizes = [.. Enumerable.Range(0, (int)UInt32()).Select(_ => UInt64())];
            uint type = UInt32();
            Tensors.Add(new Tensor(name, sizes, type, UInt64()));
        }
        ulong alignment = (uint)Values["general.alignment"];
        Data = ((ulong)at + alignment - 1) / alignment * alignment;
    }

    public uint Version { get; }

    public Dictionary<string, object> Values { get; } = [];

    public List<Tensor> Tensors { get; } = [];

    /// <summary>Where the tensors begin.</summary>
    public ulong Data { get; }

    public ulong Length => (ulong)bytes.Length;

    /// <summary>The bytes of a tensor; types 0 and 1 have 4 and 2 bytes a value.</summary>
    public ReadOnlySpan<byte> Of(Tensor tensor) =>
        bytes.AsSpan((int)(Data + tensor.Offset), (int)(tensor.Sizes.Aggregate(1UL, (a, b) => a * b) * (tensor.Type == 0 ? 4UL : 2UL)));

    private object Value(uint type) => type switch
    {
        4 => UInt32(),
        6 => BinaryPrimitives.ReadSingleLittleEndian(Take(4)),
        8 => Text(),
        10 => UInt64(),
        _ => throw new InvalidDataException($"value type {type} at {at}"),
    };

    private string Text() => Encoding.UTF8.GetString(Take((int)UInt64()));

    private uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    private ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    private ReadOnlySpan<byte> Take(int length)
    {
        at += length;
        return bytes.AsSpan(at - length, length);
    }

    public sealed record Tensor(string Name, ulong[] Sizes, uint Type, ulong Offset);
}
