using System.Globalization;
using Harness.Model;
using Harness.Records;

namespace Harness.Targets;

/// <summary>Reads a request's parameters and knobs as numbers within bounds; each complaint is one line that names the target.</summary>
/// <param name="target">The target as the user named it.</param>
/// <param name="request">The request.</param>
internal sealed class RequestReader(string target, RunRequest request)
{
    /// <summary>The knob that only the model knows: whether the multi-generational LRU is on.</summary>
    internal const string LruGenerations = "lru_gen";

    /// <summary>The workload's seed, else the request's own.</summary>
    public ulong Seed()
    {
        if (!request.Parameters.TryGetValue("seed", out string? text)) return request.Seed;
        if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed)) return seed;
        throw Error($"workload parameter seed is '{text}'; give a whole number from 0 to {ulong.MaxValue}");
    }

    /// <summary>A whole number from <paramref name="least"/> to <paramref name="most"/>; <paramref name="otherwise"/> when it is not
    /// given.</summary>
    /// <exception cref="UsageException">It is missing, malformed or out of bounds.</exception>
    public long Whole(string parameter, long least, long most, long? otherwise = null)
    {
        string range = FormattableString.Invariant($"give a whole number from {least} to {most}");
        if (!request.Parameters.TryGetValue(parameter, out string? text))
            return otherwise ?? throw Error($"workload parameter {parameter} is missing; {range}");
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
                && value >= least && value <= most
            ? value
            : throw Error($"workload parameter {parameter} is '{text}'; {range}");
    }

    /// <summary>The same where an int is enough.</summary>
    /// <exception cref="UsageException">It is missing, malformed or out of bounds.</exception>
    public int Number(string parameter, int least, int most, int? otherwise = null) => (int)Whole(parameter, least, most, otherwise);

    /// <summary>The pages that take more than their share of the touches.</summary>
    /// <exception cref="UsageException">A percentage is missing, malformed or out of bounds.</exception>
    public HotSet HotSet() => new(Number("hot-pages", 1, 100), Number("hot-touches", 0, 100));

    /// <summary>One of some words; the first when it is not given.</summary>
    /// <exception cref="UsageException">It is another word.</exception>
    public string Choice(string parameter, params string[] words)
    {
        string word = request.Parameters.GetValueOrDefault(parameter, words[0]);
        return words.Contains(word) ? word : throw Error($"workload parameter {parameter} is '{word}'; give {string.Join(" or ", words)}");
    }

    /// <summary>A parameter whose value is not the only one the model has; null when it is, or is not given.</summary>
    public string? Other(string parameter, string only)
    {
        string given = request.Parameters.GetValueOrDefault(parameter, only);
        return given == only ? null : $"workload parameter {parameter} is '{given}', which the model does not follow; give {only}";
    }

    /// <summary>What the request's knobs say of tiering; the other knobs decide nothing the model has.</summary>
    /// <exception cref="UsageException">A value that the kernel would not take.</exception>
    public TieringKnobs Knobs()
    {
        var knobs = new TieringKnobs();
        foreach (KnobSetting setting in request.Knobs)
        {
            knobs = setting.Knob switch
            {
                "numa_balancing" => knobs with { NumaBalancing = Balancing(setting.Value) },
                LruGenerations => knobs with { LruGenerations = Switch(setting) },
                "demotion_enabled" => knobs with { Demotion = Switch(setting) },
                "scan_delay_ms" => knobs with { ScanDelayMilliseconds = Count(setting) },
                "scan_period_min_ms" => knobs with { ScanPeriodMinMilliseconds = Count(setting) },
                "scan_period_max_ms" => knobs with { ScanPeriodMaxMilliseconds = Count(setting) },
                "scan_size_mb" => knobs with { ScanSizeMegabytes = Count(setting) },
                "hot_threshold_ms" => knobs with { HotThresholdMilliseconds = Count(setting) },
                "numa_balancing_promote_rate_limit_MBps" => knobs with { PromoteRateLimitMegabytes = Count(setting) },
                _ when Lacks(setting) => throw Error($"the model has no {setting.Knob}"),
                _ => knobs,
            };
        }
        return knobs;
    }

    /// <summary>True for a setting that brings a mechanism to bear that the model does not have.</summary>
    internal static bool Lacks(KnobSetting setting) => setting is { Knob: "damon", Value: not "off" };

    /// <summary>The error in one line.</summary>
    public UsageException Error(string what) => new($"{target}: {what}");

    private int Balancing(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int mode) && mode <= 3
        ? mode
        : throw Error($"knob numa_balancing is '{text}'; give 0, 1, 2 or 3");

    // At most an hour of milliseconds, or 16 TB of megabytes: what the knobs themselves take.
    private int Count(KnobSetting setting) =>
        int.TryParse(setting.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count <= 1 << 24
            ? count
            : throw Error($"knob {setting.Knob} is '{setting.Value}'; give a whole number from 0 to {1 << 24}");

    private bool Switch(KnobSetting setting) => setting.Value switch
    {
        "1" or "true" or "y" or "Y" => true,
        "0" or "false" or "n" or "N" => false,
        _ => throw Error($"knob {setting.Knob} is '{setting.Value}'; give true or false"),
    };
}
