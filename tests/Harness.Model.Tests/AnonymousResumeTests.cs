namespace Harness.Model.Tests;

/// <summary>Does a run that is saved half-way and resumed elsewhere end as one that was not?</summary>
public sealed class AnonymousResumeTests
{
    public static TheoryData<string, int, bool> Runs => new()
    {
        { "6.12", 2, false }, { "6.12", 2, true }, { "6.12", 1, true }, { "6.12+migrc", 2, false },
        { "6.12+kmmscand", 0, false }, { "6.12+kmmscand", 0, true },
    };

    [Theory]
    [MemberData(nameof(Runs))]
    public void The_outcome_is_the_same(string profile, int mode, bool draws)
    {
        Machine machine = AnonymousCases.Machine();
        TieringKnobs knobs = AnonymousCases.Scanning(mode) with { Demotion = true, Kmmscand = new KmmscandKnobs { PeriodMilliseconds = 400 } };
        var workload = new Abench { Pages = 4_000, Threads = 3, Iterations = 60, Seed = 4 };
        TieringSimulation whole = AnonymousCases.Abench(machine, profile, knobs, workload, draws).Run;
        while (whole.Progress < 0.5) whole.Advance(100);
        using MemoryStream saved = new();
        whole.Save(saved);
        Outcome expected = AnonymousCases.Finish(whole);

        TieringSimulation resumed = AnonymousCases.Abench(machine, profile, knobs, workload, draws).Run;
        saved.Position = 0;
        resumed.Resume(saved);
        Outcome outcome = AnonymousCases.Finish(resumed);
        Assert.Equal(expected.Elapsed, outcome.Elapsed);
        Assert.Equal(Values(expected), Values(outcome));
        Assert.Equal(expected.Time.SelectMany(time => time), outcome.Time.SelectMany(time => time));
    }

    private static IEnumerable<(string Name, double Value)> Values(Outcome outcome) =>
        outcome.Counters.Select(counter => (counter.Name, counter.Value));
}
