using System.Globalization;
using Harness.Analysis;

namespace Harness.Reports;

/// <summary>
/// A letter's lines: at most 72 columns, which is what survives being quoted and what kernel changelogs are wrapped at; no tab, no control
/// character, nothing behind the last word.
/// </summary>
internal sealed class LetterText(TextWriter writer)
{
    /// <summary>The most characters of a line.</summary>
    public const int Width = 72;

    private const string Indent = "   ";

    private bool blank = true;

    /// <summary>An empty line, one at most in a row.</summary>
    public void Blank()
    {
        if (!blank) writer.Write('\n');
        blank = true;
    }

    /// <summary>Text, wrapped; further lines are indented.</summary>
    /// <param name="text">The text; made safe here.</param>
    /// <param name="lead">What stands before its first line.</param>
    /// <param name="hang">What stands before its further lines.</param>
    public void Line(string text, string lead = "", string hang = "")
    {
        foreach (string line in Plain.Wrap(Plain.Line(text), Width - Math.Max(lead.Length, hang.Length)))
        {
            Put(lead + line);
            lead = hang;
        }
    }

    /// <summary>A fact: its label and its text, with further lines indented.</summary>
    public void Fact(string label, string text) => Line($"{label}: {text}", hang: Indent);

    /// <summary>A command as a shell takes it: wrapped between its words, with a backslash before each line's end.</summary>
    public void Command(string command)
    {
        string[] lines = [.. Plain.Wrap(Plain.Line(command), Width - (2 * Indent.Length) - 2)];
        for (int i = 0; i < lines.Length; i++)
            Put(Indent + (i > 0 ? Indent : "") + lines[i] + (i < lines.Length - 1 ? " \\" : ""));
    }

    /// <summary>A heading with a rule below it.</summary>
    public void Ruled(string heading)
    {
        Put(heading);
        Put(new string('-', heading.Length));
    }

    /// <summary>Values in columns, right aligned, as many on a line as fit; what describes them stands behind the last.</summary>
    /// <param name="lead">What stands before the first line; further lines are indented by as much.</param>
    /// <param name="values">The values; one at least.</param>
    /// <param name="trail">What stands behind.</param>
    public void Columns(string lead, IReadOnlyList<string> values, string trail = "")
    {
        lead = Plain.Line(lead);
        // a long name stands above its values
        if (lead.Length > Width / 3)
        {
            Line(lead, hang: Indent);
            lead = Indent;
        }
        string pad = new(' ', lead.Length);
        int width = values.Max(value => value.Length);
        string[] lines = [.. values.Chunk(Math.Max(1, (Width - lead.Length) / (width + 1)))
            .Select((part, i) => (i == 0 ? lead : pad) + string.Concat(part.Select(value => " " + value.PadLeft(width))))];
        string text = Plain.Line(trail);
        bool fits = lines[^1].Length + 2 + text.Length <= Width;
        if (fits && text.Length > 0) lines[^1] += "  " + text;
        foreach (string line in lines) Put(line);
        if (!fits) Line(text, pad + " ", pad + " ");
    }

    /// <summary>A line as it stands; broken at spaces when it is too long all the same.</summary>
    public void Put(string line)
    {
        foreach (string part in line.TrimEnd().Length <= Width ? [line.TrimEnd()] : Plain.Wrap(line, Width))
        {
            writer.Write(part);
            writer.Write('\n');
            blank = false;
        }
    }

    /// <summary>
    /// A number as the kernel and perf print it, all digits and no separators, so that it can be searched and pasted; a quantity that is no
    /// whole number has four digits.
    /// </summary>
    public static string Number(double? value, string unit) => value switch
    {
        null => "-",
        >= 1000 and < 1e15 => value.Value.ToString(Units.IsCount(unit) ? "0.#" : "0", CultureInfo.InvariantCulture),
        _ => Plain.Number(value, Units.IsCount(unit)),
    };

    /// <summary>Numbers that stand beside each other: all with as many digits behind the point as the largest needs.</summary>
    public static IEnumerable<string> Numbers(IReadOnlyCollection<double?> values, string unit)
    {
        double most = values.Max() ?? 0;
        if (values.All(value => value is null || value == Math.Floor(value.Value)) || most is >= 1000 or < 0.1)
            return values.Select(value => Number(value, unit));
        string format = most switch { >= 100 => "0.0", >= 10 => "0.00", >= 1 => "0.000", _ => "0.0000" };
        return values.Select(value => value?.ToString(format, CultureInfo.InvariantCulture) ?? "-");
    }
}
