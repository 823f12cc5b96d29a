using static Harness.Model.Tests.Cases;

namespace Harness.Model.Tests;

/// <summary>Do the parts of an outcome agree with one another, whatever the machine, kernel and workload?</summary>
public sealed class ConsistencyTests
{
    public static TheoryData<string, int, int, int, int, bool, int> Shapes()
    {
        TheoryData<string, int, int, int, int, bool, int> shapes = [];
        foreach (string profile in new[] { "6.1", "6.12" })
        {
            foreach (bool bound in new[] { true, false })
            {
                foreach (int hostCores in new[] { 0, 1, 2 })
                {
                    shapes.Add(profile, 1, 200, 1, 2, bound, hostCores);
                    shapes.Add(profile, 2, 600, 2, 3, bound, hostCores);
                    shapes.Add(profile, 4, 300, 3, 3, bound, hostCores);
                    shapes.Add(profile, 5, 37, 4, 11, bound, hostCores);
                }
            }
        }
        return shapes;
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Parts_sum_to_totals_and_no_count_exceeds_its_cause(string profile, int cpus, int pages, int rounds, int threads, bool bound, int hostCores)
    {
        Machine machine = hostCores == 0 ? Bare(cpus) : BareGuest(cpus, hostCores);
        Outcome outcome = Run(machine, profile, Work(pages, rounds, threads, seed: 5, bound ? Binding.Spread : Binding.None));

        foreach (Prediction counter in outcome.Counters)
        {
            if (counter.PerCpu is not { } parts) continue;
            Assert.Equal(cpus, parts.Count);
            Assert.Equal(counter.Value, parts.Sum());
        }
        Prediction[] reasons = [.. outcome.Counters.Where(c => c.Name.StartsWith("trace.tlb:tlb_flush/", StringComparison.Ordinal))];
        Assert.Equal(outcome["trace.tlb:tlb_flush"].Value, reasons.Where(c => !c.Name.Contains("/pages=")).Sum(c => c.Value));
        Assert.Equal(outcome["trace.tlb:tlb_flush"].Value, reasons.Where(c => c.Name.Contains("/pages=")).Sum(c => c.Value));
        Assert.True(outcome["interrupts.CAL/tlb"].Value <= outcome.Interrupts());
        Assert.True(outcome.Flushes("remote_shootdown") <= outcome.Interrupts());
        Assert.True(outcome.Interrupts() <= outcome.Flushes("remote_ipi_send") * (cpus - 1));
        Assert.Equal(pages * rounds, outcome["vmstat.pgmigrate_success"].Value);
        Assert.Equal(1 + threads, outcome.Time.Count);
        foreach (IReadOnlyDictionary<Component, Nanoseconds> parts in outcome.Time)
        {
            Assert.All(parts.Values, part => Assert.True(part.Count >= 0));
            Assert.Equal(outcome.Elapsed.Count, parts.Values.Sum(part => part.Count));
        }
    }

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void The_same_arguments_give_the_same_outcome_and_another_seed_another_one(string profile)
    {
        Outcome one = Run(BareGuest(4, 2), profile, Work(512, 2, 3, seed: 11));
        Outcome same = Run(BareGuest(4, 2), profile, Work(512, 2, 3, seed: 11));
        Outcome other = Run(BareGuest(4, 2), profile, Work(512, 2, 3, seed: 12));
        Assert.Equal(one.Elapsed, same.Elapsed);
        Assert.Equal(one.Counters.SelectMany(Flat), same.Counters.SelectMany(Flat));
        Assert.NotEqual(one.Elapsed, other.Elapsed);

        static IEnumerable<double> Flat(Prediction counter) => [counter.Value, .. counter.PerCpu ?? []];
    }

    [Fact]
    public void Time_waiting_for_a_host_core_appears_only_where_cores_are_short()
    {
        MigratePingpong workload = Work(256, 1, 3);
        Assert.All(Run(BareGuest(4, 4), "6.1", workload).Time, parts => Assert.Equal(0, parts[Component.Host].Count));
        Assert.Contains(Run(BareGuest(4, 2), "6.1", workload).Time, parts => parts[Component.Host].Count > 0);
    }

    [Fact]
    public void Threads_that_share_a_CPU_wait_for_each_other()
    {
        Outcome outcome = Run(Bare(2), "6.1", Work(65_536, 1, 3));
        Assert.True(outcome.Time[1][Component.Queue].Count > 0);
        Assert.True(outcome.Time[1][Component.Touch].Count > 0);
        Assert.True(outcome.Time[3][Component.Touch].Count > 0);
    }

    [Fact]
    public void A_woken_thread_that_has_executed_less_than_the_running_one_need_not_wait_for_its_slice()
    {
        // the main thread sleeps once a round and shares its CPU with a thread that nearly always touches
        MigratePingpong workload = Work(16, 400, 3);
        Machine never = Bare(2) with { Costs = Costs.Hardware with { WakeGranularity = Costs.Hardware.GuestSlice with { Value = new Nanoseconds(1L << 60) } } };
        Assert.True(Waiting(Bare(2)) < Waiting(never) / 2);

        long Waiting(Machine machine) => Run(machine, "6.1", workload).Time[0][Component.Queue].Count;
    }

    [Fact]
    public void A_cancelled_simulation_ends() =>
        Assert.Throws<OperationCanceledException>(() => Simulation.Run(Bare(2), Profile.Parse("6.1"), Work(10, 1, 1), new CancellationToken(canceled: true)));
}
