using Harness.Records;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Harness.Experiments.Yaml;

/// <summary>
/// Reads the plain part of YAML: scalars, lists and mappings with scalar keys. Anchors, aliases, tags, further documents and repeated keys
/// are refused, depth and size are limited, so that no file can make the reader expand, recurse or fill memory without bound.
/// </summary>
internal sealed class YamlText
{
    public const int MaxCharacters = 256 * 1024;    // assumed: a hundred times the longest plan
    private const int MaxDepth = 16;                // assumed: twice what a plan can use

    private readonly string file;
    private readonly Parser parser;
    private Mark last = new(0, 1, 1);    // end of the last event that could be read

    private YamlText(string text, string file)
    {
        this.file = file;
        parser = new Parser(new StringReader(text));
    }

    /// <summary>The only document of the text.</summary>
    /// <exception cref="UsageException">It is not such a document.</exception>
    public static YamlNode Parse(string text, string file)
    {
        if (text.Length > MaxCharacters)
            throw new UsageException($"{file}: longer than {MaxCharacters} characters; this cannot be a plan or a workload");
        var reader = new YamlText(text, file);
        try
        {
            return reader.Document();
        }
        catch (YamlException e)
        {
            throw new UsageException($"{file}:{e.Start.Line}:{e.Start.Column}: not valid YAML: {OneLine(e.Message)}", e);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or FormatException
            or IndexOutOfRangeException or NullReferenceException)
        {
            // the library's scanner lets its own slips through on some malformed input
            throw new UsageException($"{file}:{reader.last.Line}:{reader.last.Column}: not valid YAML after this; "
                + "look for a wrong indent, or a '[', '{' or quote that is not closed", e);
        }
    }

    private static string OneLine(string message) => message.ReplaceLineEndings(" ");

    private YamlNode Document()
    {
        Next();                             // stream start
        if (Next() is StreamEnd) throw new UsageException($"{file}:1:1: the file is empty");
        YamlNode root = Node(Next(), 0);    // after document start
        Next();                             // document end
        if (Next() is not StreamEnd and { } extra) throw Error(extra, "a second document; keep one in a file");
        return root;
    }

    private ParsingEvent Next()
    {
        if (!parser.MoveNext() || parser.Current is not { } current)
            throw new UsageException($"{file}:{last.Line}:{last.Column}: ends in the middle");
        last = current.End;
        return current;
    }

    private UsageException Error(ParsingEvent at, string message) => new($"{file}:{at.Start.Line}:{at.Start.Column}: {message}");

    private YamlNode Node(ParsingEvent at, int depth)
    {
        if (depth > MaxDepth) throw Error(at, $"nested more than {MaxDepth} deep");
        if (at is AnchorAlias) throw Error(at, "aliases are not supported; repeat the value");
        if (at is NodeEvent { Anchor.IsEmpty: false }) throw Error(at, "anchors are not supported; repeat the value where it is needed");
        if (at is NodeEvent { Tag.IsEmpty: false }) throw Error(at, "tags are not supported; write the plain value");
        return at switch
        {
            Scalar scalar => new YamlScalar(file, at.Start.Line, at.Start.Column, scalar.Value),
            SequenceStart => List(at, depth),
            MappingStart => Map(at, depth),
            _ => throw Error(at, "a value is missing"),
        };
    }

    private YamlList List(ParsingEvent start, int depth)
    {
        var items = new List<YamlNode>();
        while (Next() is not SequenceEnd) items.Add(Node(parser.Current!, depth + 1));
        return new YamlList(file, start.Start.Line, start.Start.Column, items);
    }

    private YamlMap Map(ParsingEvent start, int depth)
    {
        var entries = new List<(YamlScalar, YamlNode)>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (Next() is not MappingEnd)
        {
            if (Node(parser.Current!, depth + 1) is not YamlScalar key)
                throw Error(start, "a key of this mapping is not a word; write 'word: value'");
            if (!seen.Add(key.Value)) throw key.Error($"{Words.Quote(key.Value)} is given twice; keep one");
            entries.Add((key, Node(Next(), depth + 1)));
        }
        return new YamlMap(file, start.Start.Line, start.Start.Column, entries);
    }
}
