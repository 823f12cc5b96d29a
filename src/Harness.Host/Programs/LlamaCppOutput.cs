using System.Globalization;
using System.Text.RegularExpressions;

namespace Harness.Host.Programs;

/// <summary>
/// The timings that llama.cpp prints last, a line each: <c>PREFIX: eval time = 115222.19 ms / 510 runs (…)</c>. The prefix was
/// <c>llama_print_timings</c> to September 2024, then <c>llama_perf_context_print</c> with a line of <c>llama_perf_sampler_print</c>, and
/// is <c>common_perf_print</c> since November 2025. Rates are computed from time and count, which all of them print.
/// </summary>
internal static partial class LlamaCppOutput
{
    /// <summary>
    /// Metrics: <c>load_ms</c>, <c>total_ms</c>, and of <c>sample</c>, <c>prompt</c> and <c>eval</c> each <c>_ms</c>, <c>_tokens</c> and
    /// <c>_tokens_per_second</c>.
    /// </summary>
    internal static void Read(string text, FoundMetrics found)
    {
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            int at = line.IndexOf("_print");    // cheap, since the model's own words come first and are many
            if (at < 0 || Timing().Match(line.ToString()) is not { Success: true } match) continue;
            string name = match.Groups[1].Value switch
            {
                "load" => "load",
                "prompt eval" => "prompt",
                "eval" => "eval",
                "total" => "total",
                _ => "sample",
            };
            if (!Milliseconds(match.Groups[2].Value, out double milliseconds)) continue;
            found.Add(name + "_ms", milliseconds);
            if (name is "load" or "total" || !match.Groups[3].Success) continue;
            double tokens = double.Parse(match.Groups[3].Value, CultureInfo.InvariantCulture);
            found.Add(name + "_tokens", tokens);
            if (milliseconds > 0) found.Add(name + "_tokens_per_second", tokens / milliseconds * 1000);
            else found.Refuse(name + "_tokens_per_second", "no time is stated for it");
        }
    }

    // The decimal sign is the locale's.
    private static bool Milliseconds(string text, out double value) => FoundMetrics.TryNumber(text.Replace(',', '.'), out value);

    [GeneratedRegex(
        @"_print(?:_timings)?: +(load|sample|sampling|samplers|prompt eval|eval|total) time = +"
        + @"([0-9.,]{1,20}|-?nan|-?inf) ms(?: / +([0-9]{1,15}) (?:runs|tokens))?",
        RegexOptions.CultureInvariant)]
    private static partial Regex Timing();
}
