using System.Text;
using Harness.Host.Knobs;
using Harness.Host.Proc;
using Harness.Host.Proofs;
using Harness.Records;

namespace Harness.Host.Tests;

/// <summary>Does a run's evidence say that a knob acted exactly when it did, and why not in words to act on?</summary>
public sealed class ModeProofTests
{
    private const string Demoted = "vmstat.pgdemote_kswapd";

    [Fact]
    public void In_one_tier_mode_2_and_demotion_name_the_tier_and_what_stayed_0()
    {
        HostDescription host = Host("6.1.0-56-cloud-amd64", (0, 2, 4), (1, 0, 4));
        ModeProof mode = Prove("numa_balancing", "2", host, ("vmstat.numa_pte_updates", 0), ("vmstat.numa_hint_faults", 10));
        Assert.False(mode.Acted);
        Assert.Equal("numa_balancing=2", mode.Setting);
        Assert.Equal(["two memory tiers", "vmstat.numa_pte_updates", "vmstat.numa_hint_faults"], mode.Expected);
        Assert.Equal(
            "numa_balancing=2 did not act: all nodes lie in one memory tier (memory_tier4: nodes 0-1), so no page is in a slow tier, and "
            + "numa_pte_updates stayed 0; on 6.1 a CPU-less node is of the top tier unless dax/kmem brought it on line", mode.Why);

        ModeProof demotion = Prove("demotion_enabled", "true", host, (Demoted, 0), ("vmstat.pgdemote_direct", 0));
        Assert.False(demotion.Acted);
        Assert.Contains("no tier to demote to, and pgdemote_kswapd + pgdemote_direct stayed 0", demotion.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void On_a_kernel_that_reads_the_HMAT_one_tier_is_the_firmwares_doing() => Assert.Contains(
        "the firmware's HMAT is missing", Prove("demotion_enabled", "true", Host("6.12.1", (0, 2, 4), (1, 0, 4)), (Demoted, 0)).Why, StringComparison.Ordinal);

    [Fact]
    public void With_two_tiers_the_proof_is_what_moved()
    {
        HostDescription host = Host("6.12.117", (0, 2, 4), (1, 0, 45));
        ModeProof mode = Prove("numa_balancing", "2", host, ("vmstat.numa_pte_updates", 33_012), ("vmstat.numa_hint_faults", 33_421));
        Assert.Equal((true, "numa_pte_updates +33,012, numa_hint_faults +33,421"), (mode.Acted, mode.Why));

        ModeProof demotion = Prove("demotion_enabled", "true", host, (Demoted, 0), ("vmstat.pgdemote_khugepaged", 45_119));
        Assert.Equal((true, "pgdemote_khugepaged +45,119"), (demotion.Acted, demotion.Why));
    }

    [Theory]
    [InlineData("numa_balancing", "1", "numa_hint_faults stayed 0; this moves while a task touches memory")]
    [InlineData("numa_balancing", "2", "numa_hint_faults stayed 0; this moves while a task touches memory of a slow tier")]
    [InlineData("demotion_enabled", "true", "pgdemote_kswapd stayed 0; this moves while reclaim takes memory of an upper tier")]
    public void With_two_tiers_and_nothing_moved_the_workload_is_what_to_look_at(string knob, string value, string says)
    {
        ModeProof proof = Prove(
            knob, value, Host("6.12.117", (0, 2, 4), (1, 0, 45)), ("vmstat.numa_pte_updates", 5), ("vmstat.numa_hint_faults", 0), (Demoted, 0));
        Assert.False(proof.Acted);
        Assert.Contains(says, proof.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("numa_balancing", "0", "vmstat.numa_pte_updates")]
    [InlineData("demotion_enabled", "false", "vmstat.pgdemote_direct")]
    [InlineData("thp_enabled", "never", "vmstat.thp_fault_alloc")]
    public void What_is_switched_off_must_stay_0(string knob, string value, string counter)
    {
        HostDescription host = Host("6.12.117", (0, 2, 4));
        Assert.True(Prove(knob, value, host, (counter, 0)).Acted);
        ModeProof broken = Prove(knob, value, host, (counter, 12));
        Assert.Equal((false, $"{knob}={value} did not hold: {counter["vmstat.".Length..]} +12, which must stay 0"), (broken.Acted, broken.Why));
        Assert.Contains("was not counted", Prove(knob, value, host).Why, StringComparison.Ordinal);
    }

    // A PTE that was made inaccessible before the run faults once more, whatever the knob says now.
    [Fact]
    public void Hint_faults_left_over_from_before_do_not_speak_against_mode_0() =>
        Assert.True(Prove("numa_balancing", "0", Host("6.1.0", (0, 2, 4)), ("vmstat.numa_pte_updates", 0), ("vmstat.numa_hint_faults", 10)).Acted);

    [Fact]
    public void Memory_faster_than_the_CPUs_own_can_be_demoted_from_but_nothing_is_promoted()
    {
        HostDescription host = Host("6.12.117", (0, 8, 4), (1, 0, 3));
        Assert.True(Prove("demotion_enabled", "true", host, (Demoted, 1)).Acted);
        ModeProof mode = Prove("numa_balancing", "2", host, ("vmstat.numa_pte_updates", 0), ("vmstat.numa_hint_faults", 0));
        Assert.Contains(
            "no node lies in a memory tier below the CPUs' (memory_tier3: node 1; memory_tier4: node 0)", mode.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void One_memory_node_is_named_as_such() => Assert.Contains(
        "one memory node", Prove("demotion_enabled", "true", Host("6.12.117", (0, 2, 4)), (Demoted, 0)).Why, StringComparison.Ordinal);

    [Fact]
    public void Where_the_kernel_shows_no_tiers_the_counters_alone_decide()
    {
        HostDescription host = Host("5.18.0", (0, 2, null), (1, 0, null));
        Assert.True(Prove("demotion_enabled", "true", host, (Demoted, 1)).Acted);
        Assert.False(Prove("demotion_enabled", "true", host, (Demoted, 0)).Acted);
    }

    [Fact]
    public void A_pace_is_no_proof_and_a_knob_without_one_says_so()
    {
        Assert.Empty(ModeProofs.Of([(KnobCatalog.Find("scan_delay_ms")!, "10")], Host("6.12.117", (0, 2, 4)), []));
        Assert.Empty(ModeProofs.Of([(KnobCatalog.Find("thp_enabled")!, "always")], Host("6.12.117", (0, 2, 4)), []));
        Assert.All(KnobCatalog.All, knob => Assert.True(knob.Proofs.Count > 0 || knob.Unproven is not null, knob.Name));
    }

    // Is every value that a proof is for one that the knob takes, and every sum one that both saved kernels count?
    [Theory]
    [InlineData("vm-6.1")]
    [InlineData("vm-6.12")]
    public void The_catalogs_proofs_name_values_and_counters_that_exist(string saved)
    {
        string[] names = [.. Encoding.UTF8.GetString(Saved.Bytes(saved, "/proc/vmstat")).Split('\n').Select(line => "vmstat." + line.Split(' ')[0])];
        foreach (Knob knob in KnobCatalog.All)
        {
            foreach (KnobProof proof in knob.Proofs)
            {
                Assert.All(proof.Values, value => knob.Canonical(value, ["true", "false", "always", "madvise", "never", "off", "promote"]));
                // neither kernel has kmmscand
                if (!knob.Name.StartsWith("kmmscand", StringComparison.Ordinal))
                    Assert.All(proof.Move.Concat(proof.Stay), sum => Assert.Contains(new CounterSum(sum).Names, names.Contains));
                Assert.Equal(proof.Move.Count > 0, proof.While is not null);
                Assert.All(proof.Values, value => Assert.Contains(value, knob.Moves, StringComparison.Ordinal));
                Assert.All(proof.Move.Concat(proof.Stay), sum => Assert.Contains(sum, knob.Moves, StringComparison.Ordinal));
            }
        }
    }

    [Theory]
    [InlineData("memory_tier4: nodes 0-2; memory_tier22: nodes 3,5", 0, 4, 1, 4, 2, 4, 3, 22, 5, 22)]
    [InlineData("memory_tier4: node 0; memory_tier45: node 1", 0, 4, 1, 45)]
    public void A_layout_is_written_as_the_kernel_writes_lists(string expected, params int[] idsAndTiers)
    {
        (int, int, int?)[] nodes = [.. idsAndTiers.Chunk(2).Select(pair => (pair[0], 1, (int?)pair[1]))];
        Assert.Equal(expected, new TierLayout(Host("6.12", nodes)).ToString());
    }

    private static ModeProof Prove(string knob, string value, HostDescription host, params (string Name, double Value)[] counters) =>
        Assert.Single(ModeProofs.Of(
            [(KnobCatalog.Find(knob)!, value)],
            host,
            [.. counters.Select(counter => new Counter { Name = counter.Name, Unit = "events", Value = counter.Value })]));

    private static HostDescription Host(string release, params (int Id, int Cpus, int? Tier)[] nodes) => new()
    {
        KernelRelease = release,
        CommandLine = "",
        CpuModel = "test",
        Cpus = [0],
        Nodes =
        [
            .. nodes.Select(node => new NodeDescription
            {
                Id = node.Id,
                Cpus = [.. Enumerable.Range(0, node.Cpus)],
                MemoryKiB = 1024,
                Distances = [],
                Tier = node.Tier,
            }),
        ],
    };
}
