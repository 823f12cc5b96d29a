using FsCheck;
using FsCheck.Fluent;
using Harness.Host.Recording.Symbols;

namespace Harness.Host.Tests;

/// <summary>Are layouts read from a kernel's types as its compiler laid them, and do damaged types end in no answer?</summary>
public sealed class RecordingBtfTests
{
    private static readonly byte[] Blob = Build();

    [Theory]
    [InlineData("space.last", 24)]
    [InlineData("space.context.generation", 16)] // through a typedef of a const structure
    [InlineData("space.inside", 8)] // within two nameless ones
    [InlineData("space.bits", null)] // a bit field that begins within a byte
    [InlineData("space.absent", null)]
    [InlineData("space.last.deeper", null)]
    [InlineData("absent.last", null)]
    public void A_member_lies_where_the_types_say(string path, int? offset) => Assert.Equal(offset, Parsed(Blob)!.OffsetOf(path));

    [Fact]
    public void Sizes_and_enumerators_are_found()
    {
        Btf types = Parsed(Blob)!;
        Assert.Equal(32, types.SizeOf("space"));
        Assert.Null(types.SizeOf("absent"));
        Assert.Equal(-3, types.ValueOf("flags", "second"));
        Assert.Null(types.ValueOf("flags", "third"));
        Assert.Null(types.ValueOf("space", "last"));
    }

    [Fact]
    public void Types_that_contain_themselves_end_without_an_answer()
    {
        RecordingBtfBlob blob = new();
        blob.Members(RecordingBtfBlob.Struct, "space", 8, [.. Enumerable.Repeat(("", 1, 0), 1000)]);
        blob.Named(RecordingBtfBlob.Typedef, "round", 2);
        blob.Members(RecordingBtfBlob.Struct, "other", 8, ("member", 2, 0));
        Btf types = Parsed(blob.ToArray())!;
        Assert.Null(types.OffsetOf("space.absent"));
        Assert.Null(types.OffsetOf("other.member.deeper"));
    }

    [Fact]
    public void Cut_anywhere_it_is_refused_with_a_reason()
    {
        for (int length = 0; length < Blob.Length; length++)
        {
            Assert.Null(Btf.Parse(Blob[..length], out string? why));
            Assert.NotNull(why);
        }
    }

    [Fact]
    public void No_changed_bytes_make_it_throw()
    {
        Gen<(int, int)[]> changes = Gen.Choose(0, Blob.Length - 1).Zip(Gen.Choose(0, 255)).Select(change => (change.Item1, change.Item2)).ArrayOf();
        Prop.ForAll(changes.ToArbitrary(), all =>
        {
            byte[] damaged = [.. Blob];
            foreach ((int place, int value) in all) damaged[place] = (byte)value;
            Btf? types = Btf.Parse(damaged, out string? why);
            string[] paths = ["space.last", "space.inside", "space.context.generation", "space.bits"];
            foreach (string path in paths) types?.OffsetOf(path);
            types?.ValueOf("flags", "second");
            return types is null == why is not null;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    private static Btf? Parsed(byte[] blob)
    {
        Btf? types = Btf.Parse(blob, out string? why);
        Assert.Null(why);
        return types;
    }

    private static byte[] Build()
    {
        RecordingBtfBlob blob = new();
        int number = blob.Integer("long");
        int inner = blob.Members(RecordingBtfBlob.Struct, "", 8, ("inside", number, 0));
        int union = blob.Members(RecordingBtfBlob.Union, "", 8, ("other", number, 0), ("", inner, 0));
        int context = blob.Members(RecordingBtfBlob.Struct, "context", 8, ("generation", number, 0));
        int alias = blob.Named(RecordingBtfBlob.Typedef, "context_t", blob.Named(RecordingBtfBlob.Const, "", context));
        blob.Members(
            RecordingBtfBlob.Struct,
            "space",
            32,
            ("first", number, 0),
            ("bits", number, 3),
            ("", union, 64),
            ("context", alias, 128),
            ("last", number, 192));
        blob.Enumeration("flags", ("first", 7), ("second", -3));
        return blob.ToArray();
    }
}
