using System.Globalization;
using Harness.Records;

namespace Harness.Experiments.Yaml;

/// <summary>A place in a YAML file and what stands there. Every complaint about it names file, line and column.</summary>
internal abstract class YamlNode(string file, long line, long column)
{
    public UsageException Error(string message) => new($"{file}:{line}:{column}: {message}");

    public string Text(string what, int longest = 400)
    {
        string text = Scalar(what).Value;
        if (text.Length == 0) throw Error($"{what} is empty; give it a value");
        if (text.Length > longest) throw Error($"{what} is {text.Length} characters long; at most {longest} are allowed");
        if (text.Any(char.IsControl)) throw Error($"{what} holds a control character; write it on one line of plain text");
        return text;
    }

    public ulong Whole(string what, ulong least, ulong most)
    {
        string text = Scalar(what).Value;
        bool whole = ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value);
        return whole && value >= least && value <= most
            ? value
            : throw Error($"{what} is {Words.Quote(text)}; give a whole number from {least} to {most}");
    }

    public double Real(string what, double least, double most)
    {
        const NumberStyles plain = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        string text = Scalar(what).Value;
        bool number = double.TryParse(text, plain, CultureInfo.InvariantCulture, out double value);
        return number && value >= least && value <= most
            ? value
            : throw Error(FormattableString.Invariant($"{what} is {Words.Quote(text)}; give a number from {least} to {most}"));
    }

    public double Seconds(string what, double most)
    {
        string text = Scalar(what).Value;
        bool number = double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value);
        return number && value > 0 && value <= most
            ? value
            : throw Error(
                $"{what} is {Words.Quote(text)}; give a number of seconds above 0, at most {most.ToString(CultureInfo.InvariantCulture)}");
    }

    public bool Flag(string what) => Choice(what, ["true", "false"]) == "true";

    public string Choice(string what, IReadOnlyList<string> choices)
    {
        string text = Scalar(what).Value;
        return choices.Contains(text, StringComparer.Ordinal)
            ? text
            : throw Error($"{what} is {Words.Quote(text)}; {Words.Instead(text, choices)}");
    }

    public YamlMap Map(string what) => this as YamlMap ?? throw Error($"{what} is {Kind}; give 'key: value' lines");

    public YamlList List(string what) => this as YamlList ?? throw Error($"{what} is {Kind}; give a list: '- item' lines or [item, item]");

    public YamlScalar Scalar(string what) => this as YamlScalar ?? throw Error($"{what} is {Kind}; give one value");

    private string Kind => this switch { YamlMap => "a mapping", YamlList => "a list", _ => "a single value" };
}

/// <summary>A single value, as its text stands in the file; YAML's own typing is not applied.</summary>
internal sealed class YamlScalar(string file, long line, long column, string value) : YamlNode(file, line, column)
{
    public string Value { get; } = value;
}

internal sealed class YamlList(string file, long line, long column, IReadOnlyList<YamlNode> items) : YamlNode(file, line, column)
{
    public IReadOnlyList<YamlNode> Items { get; } = items;
}

/// <summary>Keys and values in the order of the file; the keys are known to differ.</summary>
internal sealed class YamlMap(
    string file, long line, long column, IReadOnlyList<(YamlScalar Key, YamlNode Value)> entries)
    : YamlNode(file, line, column)
{
    public IReadOnlyList<(YamlScalar Key, YamlNode Value)> Entries { get; } = entries;

    public YamlNode? Find(string key)
    {
        foreach ((YamlScalar at, YamlNode value) in Entries)
        {
            if (string.Equals(at.Value, key, StringComparison.Ordinal)) return value;
        }
        return null;
    }

    public YamlNode Need(string key, string what) => Find(key) ?? throw Error($"{what} has no '{key}'; add a line '{key}: …'");

    /// <summary>Refuses every key that is not among the given ones.</summary>
    public YamlMap Only(string what, params IReadOnlyList<string> keys)
    {
        foreach ((YamlScalar key, _) in Entries)
        {
            if (!keys.Contains(key.Value, StringComparer.Ordinal))
                throw key.Error($"unknown key {Words.Quote(key.Value)} in {what}; {Words.Instead(key.Value, keys)}");
        }
        return this;
    }
}
