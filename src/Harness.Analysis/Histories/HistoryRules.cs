namespace Harness.Analysis;

/// <summary>The numbers that the verdicts of a history hang on.</summary>
public sealed record HistoryRules
{
    /// <summary>The default rules.</summary>
    public static HistoryRules Default { get; } = new();

    /// <summary>
    /// A plan whose level never changes may raise one false alarm in so many nights, however many series it has. Assumed: 200.
    /// </summary>
    public int NightsPerFalseAlarm { get; init; } = 200;

    /// <summary>
    /// How many tests of its own each night of one series counts as. The windows of two to seven nights make six tests a night, most of
    /// whose nights are also those of others. Measured (the figures of the tests): they raise about as many alarms as one test would; a
    /// quarter more leaves room.
    /// </summary>
    public double TestsPerNight { get; init; } = 1.25;

    /// <summary>
    /// The power of the number of series by which the level falls. It would be 1 (Bonferroni) if noise were normal; where tails are heavier
    /// the chance of a far night does not fall as fast as the level. Measured with Student's t with 3 degrees of freedom, 1 to 20 series.
    /// </summary>
    public double SeriesPower { get; init; } = 1.4;

    /// <summary>The most nights that a change is looked for in. Assumed: a week; what is not seen by then is a drift.</summary>
    public int LongestWindow { get; init; } = 7;

    /// <summary>The smallest relative change of level worth a line. Assumed: 2 %.</summary>
    public double SmallestEffect { get; init; } = 0.02;

    /// <summary>
    /// The scatter of a level from night to night, relative, that stands in for what too few nights cannot tell. Assumed: 10 %; a box is
    /// quieter than that or its history soon says so.
    /// </summary>
    public double AssumedScatter { get; init; } = 0.10;

    /// <summary>
    /// With fewer nights than this the missing degrees of freedom are filled with <see cref="AssumedScatter"/>. Assumed: 5.
    /// </summary>
    public int EnoughNights { get; init; } = 5;

    /// <summary>
    /// The two-sided level of each test: one false change over all nights of that time, all series and all tests of a night. Half of them
    /// would be improvements, which alarm nobody.
    /// </summary>
    /// <param name="series">How many series the plan has.</param>
    internal double Level(int series) => 1 / (NightsPerFalseAlarm * TestsPerNight * Math.Pow(Math.Max(1, series), SeriesPower));
}
