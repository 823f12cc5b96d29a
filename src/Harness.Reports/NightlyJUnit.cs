using System.Globalization;
using System.Text;
using System.Xml;

namespace Harness.Reports;

/// <summary>
/// A night as JUnit XML, in the elements that Jenkins and GitLab read: a suite a plan, a case an arm and counter. A regression is a
/// failure, a run that
/// failed an error of the arm's case <c>runs</c>, and a counter that could not be judged is skipped.
/// </summary>
public static class NightlyJUnit
{
    /// <summary>Writes the file.</summary>
    public static void Write(Stream stream, NightlyReport report)
    {
        using XmlWriter xml = XmlWriter.Create(stream, new XmlWriterSettings { Indent = true, Encoding = new UTF8Encoding(false) });
        NightlyCase[][] suites = [.. report.Plans.Select(plan => NightlyCase.Of(plan).ToArray())];
        xml.WriteStartElement("testsuites");
        xml.WriteAttributeString("name", "harness nightly");
        Counts(xml, [.. suites.SelectMany(cases => cases)]);
        for (int i = 0; i < suites.Length; i++) Suite(xml, report, report.Plans[i], suites[i]);
        xml.WriteEndElement();
    }

    private static void Suite(XmlWriter xml, NightlyReport report, NightlyPlan plan, NightlyCase[] cases)
    {
        xml.WriteStartElement("testsuite");
        Attribute(xml, "name", plan.Name);
        Counts(xml, cases);
        xml.WriteAttributeString("timestamp", report.Began.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture));
        Attribute(xml, "hostname", report.Box);
        foreach (NightlyCase each in cases)
        {
            xml.WriteStartElement("testcase");
            Attribute(xml, "classname", each.Arm is null ? plan.Name : $"{plan.Name}.{each.Arm}");
            Attribute(xml, "name", each.Name);
            xml.WriteAttributeString("time", "0");
            if (each.Element is { } element)
            {
                xml.WriteStartElement(element);
                Attribute(xml, "message", each.Message!);
                if (element != NightlyCase.Skipped)
                {
                    Attribute(xml, "type", each.Type!);
                    xml.WriteString(Clean(each.Message!));
                }
                xml.WriteEndElement();
            }
            else if (each.Message is { } said)
            {
                xml.WriteElementString("system-out", Clean(said));
            }
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
    }

    private static void Counts(XmlWriter xml, NightlyCase[] cases)
    {
        void Count(string name, string element) =>
            xml.WriteAttributeString(name, cases.Count(each => each.Element == element).ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("tests", cases.Length.ToString(CultureInfo.InvariantCulture));
        Count("failures", NightlyCase.Failure);
        Count("errors", NightlyCase.Error);
        Count("skipped", NightlyCase.Skipped);
    }

    private static void Attribute(XmlWriter xml, string name, string text) => xml.WriteAttributeString(name, Clean(text));

    /// <summary>The text with a replacement character for each that XML 1.0 cannot have, escaped or not.</summary>
    private static string Clean(string text)
    {
        StringBuilder clean = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (XmlConvert.IsXmlChar(text[i]))
            {
                clean.Append(text[i]);
            }
            else if (i + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[i + 1], text[i]))
            {
                clean.Append(text, i++, 2);
            }
            else
            {
                clean.Append('\uFFFD');
            }
        }
        return clean.ToString();
    }
}
