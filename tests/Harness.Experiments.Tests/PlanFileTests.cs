using Harness.Records;

namespace Harness.Experiments.Tests;

public sealed class PlanFileTests
{
    private const string Good = """
        title: t
        workload: migrate-pingpong
        parameters:
          pages: 64
        knobs:
          numa_balancing: 0
        actions: [drop_caches]
        events: [tlb:tlb_flush]
        counters:
          - {name: interrupts.TLB, better: lower, perCpu: true}
        mustMove: [vmstat.pgmigrate_success]
        proof: {demotion_enabled: [], numa_balancing=0: [vmstat.numa_hit + interrupts.TLB]}
        machine:
          nodes:
            - {memoryMiB: 512, cpus: 4, latencyNs: 90, bandwidthMiBps: 40000}
            - {memoryMiB: 512, cpus: 0, latencyNs: 250, bandwidthMiBps: 20000}
        arms:
          before: vm:6.1
          after: {target: "vm:6.12", knobs: {demotion_enabled: 1}, parameters: {pages: 128}, mustMove: [vmstat.pgpromote_success]}
        pairs: 4
        seed: 18446744073709551615
        deadlineSeconds: 7.5
        timeline: 0.25
        """;

    [Fact]
    public void Every_key_arrives_where_it_belongs()
    {
        Plan plan = PlanFile.Parse(Good, "dir/mine.yaml", TempHome.Known);

        Assert.Equal(("mine", "t", "migrate-pingpong"), (plan.Name, plan.Title, plan.Workload));
        Assert.Equal("64", plan.Parameters["pages"]);
        Assert.Equal([new KnobSetting("numa_balancing", "0")], plan.Knobs);
        Assert.Equal(["drop_caches"], plan.Actions);
        Assert.Equal(["tlb:tlb_flush"], plan.Events);
        Assert.Equal([new JudgedCounter("interrupts.TLB", Better.Lower, PerCpu: true)], plan.Counters);
        Assert.Equal(["vmstat.pgmigrate_success"], plan.MustMove);
        Assert.Empty(plan.Proof["demotion_enabled"]);
        Assert.Equal(["vmstat.numa_hit + interrupts.TLB"], plan.Proof["numa_balancing=0"]);
        Assert.Equal(new NodeShape { MemoryMiB = 512, Cpus = 0, LatencyNs = 250, BandwidthMiBps = 20000 }, plan.Machine.Nodes[1]);
        Assert.Equal([("before", "vm:6.1"), ("after", "vm:6.12")], plan.Arms.Select(a => (a.Name, a.Target)));
        Assert.Equal([new KnobSetting("demotion_enabled", "1")], plan.Arms[1].Knobs);
        Assert.Equal("128", plan.Arms[1].Parameters["pages"]);
        Assert.Equal(["vmstat.pgpromote_success"], plan.Arms[1].MustMove);
        Assert.Equal((4, ulong.MaxValue, 7.5, 0.25), (plan.Pairs, plan.Seed, plan.DeadlineSeconds, plan.TimelineSeconds));
    }

    [Fact]
    public void A_machine_may_have_a_disk_and_an_arm_a_workload_of_its_own()
    {
        string text = Good.Replace("machine:\n", "machine:\n  diskMiB: 64\n", StringComparison.Ordinal).Replace(
            "after: {target: \"vm:6.12\", knobs: {demotion_enabled: 1}, parameters: {pages: 128}, mustMove: [vmstat.pgpromote_success]}",
            "after: {target: \"vm:6.12\", workload: llama-stream, parameters: {layers: 3}}", StringComparison.Ordinal);
        Plan plan = PlanFile.Parse(text, "mine.yaml", TempHome.Known);
        Assert.Equal(64, plan.Machine.DiskMiB);
        Assert.Equal((null, "llama-stream"), (plan.Arms[0].Workload, plan.Arms[1].Workload!.Name));
        // of the plan's parameters it gets those it has
        IReadOnlyDictionary<string, string> filled = plan.Arms[1].Workload!.Fill(plan with { Parameters = new Dictionary<string, string> { ["pages"] = "9", ["rounds"] = "2" } }, plan.Arms[1], 1);
        Assert.Equal(("9", "3", false), (filled["pages"], filled["layers"], filled.ContainsKey("rounds")));
    }

    [Fact]
    public void A_shape_takes_the_place_of_the_machine_and_of_single_parameters()
    {
        Plan plan = PlanFile.Parse(Good + """

            shapes:
              small: {parameters: {pages: 32}, heldOut: true}
              two-cpus:
                machine: {nodes: [{memoryMiB: 64, cpus: 2, latencyNs: 90, bandwidthMiBps: 1}, {memoryMiB: 64, cpus: 0, latencyNs: 90, bandwidthMiBps: 1}]}
                parameters: {rounds: 7}
            """, "mine.yaml", TempHome.Known);
        Plan small = plan.InShape("small");
        Assert.Equal(("small", "32", 4), (small.Shape, small.Parameters["pages"], small.Machine.Cpus));
        Plan two = plan.InShape("two-cpus");
        Assert.Equal(("64", "7", 2), (two.Parameters["pages"], two.Parameters["rounds"], two.Machine.Cpus));
        Assert.Equal([true, false], plan.Shapes.Select(shape => shape.HeldOut));
        Assert.Same(plan, plan.InShape("own"));
        Assert.Contains("there are small, two-cpus", Assert.Throws<UsageException>(() => plan.InShape("big")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("  x: {}", "changes nothing")]
    [InlineData("  all: {parameters: {pages: 2}}", "give it another name")]
    [InlineData("  x: {parameters: {page: 2}}", "did you mean 'pages'?")]
    [InlineData("  x: {machine: {nodes: []}}", "0 nodes")]
    [InlineData("  x: {heldOut: perhaps, parameters: {pages: 2}}", "perhaps")]
    public void A_wrong_shape_is_refused_with_its_place(string shape, string why)
    {
        string message = Assert.Throws<UsageException>(() => PlanFile.Parse(Good + "\nshapes:\n" + shape, "mine.yaml", TempHome.Known)).Message;
        Assert.Contains(why, message, StringComparison.Ordinal);
        Assert.Matches("mine.yaml:[0-9]+:[0-9]+: ", message);
    }

    [Theory]
    [InlineData("timeline: 0.25", 0.25)]
    [InlineData("timeline: 0", 0)]
    [InlineData("", 1)]
    public void A_timeline_is_sampled_each_second_unless_the_plan_says_otherwise(string line, double seconds) =>
        Assert.Equal(seconds, PlanFile.Parse(Good.Replace("timeline: 0.25", line, StringComparison.Ordinal), "mine.yaml", TempHome.Known).TimelineSeconds);

    [Fact]
    public void The_full_size_names_a_machine_and_what_differs_there()
    {
        Assert.Null(PlanFile.Parse(Good, "mine.yaml", TempHome.Known).Full);
        string text = Good + "\nfull: {machine: epyc-512, parameters: {pages: 2097152}}";
        FullSize full = PlanFile.Parse(text, "mine.yaml", TempHome.Known).Full!;
        Assert.Equal(("epyc-512", "2097152"), (full.Machine, full.Parameters["pages"]));
    }

    [Theory]
    [InlineData("{machine: epyc-521}", "the full size's machine is 'epyc-521'; did you mean 'epyc-512'?")]
    [InlineData("{machine: epyc-512, parameters: {page: 1}}", "a parameter of 'migrate-pingpong' is 'page'; did you mean 'pages'?")]
    [InlineData("{}", "full has no 'machine'")]
    public void A_full_size_that_cannot_be_is_refused(string full, string expected)
    {
        UsageException e = Assert.Throws<UsageException>(() => PlanFile.Parse($"{Good}\nfull: {full}", "mine.yaml", TempHome.Known));
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_shipped_plan_compares_6_1_with_6_12()
    {
        Plan plan = TempHome.Shipped.Plan;
        Assert.Equal([("before", "vm:6.1"), ("after", "vm:6.12")], plan.Arms.Select(a => (a.Name, a.Target)));
        Assert.Equal((8, 1UL, 4, 2), (plan.Pairs, plan.Seed, plan.Machine.Cpus, plan.Machine.Nodes.Count));
        Assert.Equal(10, plan.Counters.Count);
        Assert.Contains("21 Sep 2022", plan.Source, StringComparison.Ordinal);
    }

    [Fact]
    public void The_plan_in_the_format_description_is_a_plan()
    {
        string text = File.ReadAllText(Path.Combine(Folders.FromEnvironment().Plans, "README.md"));
        string example = text.Split("```yaml\n")[1].Split("```")[0];
        Plan plan = PlanFile.Parse(example, "example.yaml", TempHome.Known);
        Assert.Equal("demotion on against off", plan.Title);
        Assert.Equal(["tlb:tlb_flush", "page-faults"], plan.Events);
    }

    // does each mistake end at its own line and column, with what to do?
    [Theory]
    [InlineData("title: t", "titel: t", "1:1: unknown key 'titel' in a plan; did you mean 'title'?")]
    [InlineData("title: t", "title:", "1:7: title is empty; give it a value")]
    [InlineData("title: t\n", "", "1:1: the plan has no 'title'; add a line 'title: …'")]
    [InlineData("title: t", "title: t\ntitle: u", "2:1: 'title' is given twice; keep one")]
    [InlineData("title: t", "title: [a, b]", "1:8: title is a list; give one value")]
    [InlineData("title: t", "title: &a t", "1:8: anchors are not supported")]
    [InlineData("title: t", "title: *a", "1:8: aliases are not supported")]
    [InlineData("title: t", "title: !!python/object t", "1:8: tags are not supported")]
    [InlineData("title: t", "title: \"a\\nb\"", "1:8: title holds a control character")]
    [InlineData("workload: migrate-pingpong", "workload: migrate-pingpnog", "2:11: workload is 'migrate-pingpnog'; did you mean 'migrate-pingpong'?")]
    [InlineData("workload: migrate-pingpong", "workload: sort", "2:11: workload is 'sort'; there are ")]
    [InlineData("  pages: 64", "  pagse: 64", "4:3: a parameter of 'migrate-pingpong' is 'pagse'; did you mean 'pages'?")]
    [InlineData("  pages: 64", "  pages: -1", "4:10: pages is '-1'; give a whole number from 1 to 4294967296")]
    [InlineData("  pages: 64", "  pages: 99999999999999999999", "4:10: pages is '99999999999999999999'; give a whole number")]
    [InlineData("  pages: 64", "  write: maybe", "4:10: write is 'maybe'; there are 0, 1")]
    [InlineData("  pages: 64", "  seed: 3", "4:3: the runner gives each pair its own seed; set the plan's 'seed' instead")]
    [InlineData("  numa_balancing: 0", "  numa_balance: 0", "6:3: a knob is 'numa_balance'; did you mean 'numa_balancing'?")]
    [InlineData("[drop_caches]", "[sync]", "7:11: an action is 'sync'; there is drop_caches")]
    [InlineData("[tlb:tlb_flush]", "[tlb:tlb_flush, tlb:tlb_flush]", "8:25: 'tlb:tlb_flush' is in events twice; keep one")]
    [InlineData("interrupts.TLB", "interrupt.TLB", "10:12: 'interrupt.TLB' is not a counter's name; begin with interrupts., vmstat., ")]
    [InlineData("interrupts.TLB", "\"trace.sched:sched_switch\"", "10:12: 'trace.sched:sched_switch' is never counted; add 'sched:sched_switch' to events")]
    [InlineData("interrupts.TLB", "perf.page-faults", "10:12: 'perf.page-faults' is never counted; add 'page-faults' to events")]
    [InlineData("interrupts.TLB", "workload.elapse", "10:12: 'workload.elapse': workload 'migrate-pingpong' has no metric 'elapse'; did you mean 'elapsed'?")]
    [InlineData("interrupts.TLB", "node.vmstat.x", "10:12: 'node.vmstat.x' is not a counter's name")]
    [InlineData("better: lower", "better: less", "10:36: better is 'less'; there are lower, higher")]
    [InlineData("perCpu: true", "perCpu: yes", "10:51: perCpu is 'yes'; there are true, false")]
    [InlineData("[vmstat.pgmigrate_success]", "[pgmigrate_success]", "11:12: 'pgmigrate_success' is not a counter's name")]
    [InlineData("[vmstat.pgmigrate_success]", "[vmstat.pgmigrate_success + pgdemote_kswapd]", "11:12: 'pgdemote_kswapd' is not a counter's name")]
    [InlineData("demotion_enabled: []", "demotion_enable: []", "12:9: proof is for 'demotion_enable', which is no knob; did you mean 'demotion_enabled'?")]
    [InlineData("demotion_enabled: []", "demotion_enabled: 0", "12:27: the proof of demotion_enabled is a single value; give a list")]
    [InlineData("demotion_enabled: []", "demotion_enabled: [node.vmstat.x]", "12:28: 'node.vmstat.x' is not a counter's name")]
    [InlineData("memoryMiB: 512, cpus: 4", "memoryMiB: -512, cpus: 4", "15:19: memoryMiB is '-512'; give a whole number from 32 to 16777216")]
    [InlineData("memoryMiB: 512, cpus: 4", "memoryMiB: 512000000000, cpus: 4", "15:19: memoryMiB is '512000000000'; give a whole number")]
    [InlineData("cpus: 4", "cpus: 0", "15:5: no node has CPUs; give one of them cpus above 0")]
    [InlineData("latencyNs: 90", "latencyNS: 90", "15:33: unknown key 'latencyNS' in a node; did you mean 'latencyNs'?")]
    [InlineData("    - {memoryMiB: 512, cpus: 0, latencyNs: 250, bandwidthMiBps: 20000}\n", "", "15:5: the machine has 1 node; workload 'migrate-pingpong' needs 2")]
    [InlineData("  before: vm:6.1\n", "", "18:3: the plan has 1 arm; a comparison needs at least two")]
    [InlineData("  before: vm:6.1", "  be/fore: vm:6.1", "18:3: arm 'be/fore': use letters, digits, '.', '_' and '-'")]
    [InlineData("  before: vm:6.1", "  before: qemu:6.1", "18:11: target is 'qemu:6.1'; give local, vm:VERSION")]
    [InlineData("  before: vm:6.1", "  after: vm:6.1", "19:3: 'after' is given twice; keep one")]
    [InlineData("pairs: 4", "pairs: 0", "20:8: pairs is '0'; give a whole number from 1 to 1000")]
    [InlineData("seed: 18446744073709551615", "seed: 18446744073709551616", "21:7: seed is '18446744073709551616'; give a whole number")]
    [InlineData("deadlineSeconds: 7.5", "deadlineSeconds: 1e9", "22:18: deadlineSeconds is '1e9'; give a number of seconds above 0, at most 86400")]
    [InlineData("deadlineSeconds: 7.5", "deadlineSeconds: 0", "22:18: deadlineSeconds is '0'")]
    [InlineData("pairs: 4", "pairs: 4\n---\nx: 1", "21:1: a second document; keep one in a file")]
    [InlineData("timeline: 0.25", "timeline: 0.009", "23:11: timeline is '0.009'; give the seconds between two samples, 0.01 to 3600, or 0 for none")]
    [InlineData("timeline: 0.25", "timeline: 3601", "23:11: timeline is '3601'")]
    [InlineData("timeline: 0.25", "timeline: -1", "23:11: timeline is '-1'")]
    [InlineData("timeline: 0.25", "timeline: NaN", "23:11: timeline is 'NaN'")]
    [InlineData("knobs:", "knobs: [", "6:17: not valid YAML after this; look for a wrong indent")]
    [InlineData("title: t", "\ttitle: t", "2:1: not valid YAML: ")]
    public void A_mistake_is_named_with_line_and_column(string right, string wrong, string expected)
    {
        Assert.Contains(right, Good, StringComparison.Ordinal);
        int at = Good.IndexOf(right, StringComparison.Ordinal);
        string text = string.Concat(Good.AsSpan(0, at), wrong, Good.AsSpan(at + right.Length));

        UsageException e = Assert.Throws<UsageException>(() => PlanFile.Parse(text, "p.yaml", TempHome.Known));
        Assert.StartsWith("p.yaml:" + expected, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("- a\n- b\n")]
    [InlineData("just words")]
    [InlineData("\0\0\0")]
    [InlineData("? [a]\n: b\n")]
    [InlineData("%YAML 9.9\n---\nx")]
    public void Text_that_is_no_plan_is_refused(string text) => Assert.Throws<UsageException>(() => PlanFile.Parse(text, "p.yaml", TempHome.Known));

    // can a hostile file make the parser recurse, expand or fill memory without bound?
    [Fact]
    public void Deep_large_and_expanding_files_are_refused()
    {
        Assert.Contains("nested more than 16", Refusal("title: " + new string('[', 100_000)), StringComparison.Ordinal);
        Assert.Contains("nested more than 16", Refusal(string.Concat(Enumerable.Range(0, 400).Select(i => new string(' ', i) + "a:\n"))), StringComparison.Ordinal);
        Assert.Contains("longer than 262144", Refusal(new string('#', 300_000)), StringComparison.Ordinal);
        Assert.Contains("anchors are not supported", Refusal("a: &a [x,x,x,x]\nb: &b [*a,*a,*a,*a]\nc: [*b,*b,*b,*b]\n"), StringComparison.Ordinal);

        static string Refusal(string text) => Assert.Throws<UsageException>(() => PlanFile.Parse(text, "p.yaml", TempHome.Known)).Message;
    }

    [Fact]
    public void A_damaged_plan_is_a_plan_or_a_usage_error()
    {
        var random = new Random(1);
        const string Spice = "{}[],:&*!|>-'\"%@`#?\0\t\n\r é9\ud800\udc00\ufeff\u0085";
        int refused = 0;
        for (int i = 0; i < 4000; i++)
        {
            var text = new System.Text.StringBuilder(Good);
            for (int n = random.Next(1, 6); n > 0; n--)
            {
                int at = random.Next(text.Length);
                int kind = random.Next(4);
                if (kind == 0) text.Remove(at, Math.Min(random.Next(1, 40), text.Length - at));
                else if (kind == 1) text.Insert(at, Spice[random.Next(Spice.Length)]);
                else if (kind == 2) text[at] = Spice[random.Next(Spice.Length)];
                else text.Insert(at, text.ToString(at, Math.Min(random.Next(1, 80), text.Length - at)));
                if (text.Length == 0) text.Append('x');
            }
            try
            {
                Assert.True(PlanFile.Parse(text.ToString(), "p.yaml", TempHome.Known).Arms.Count >= 2);
            }
            catch (UsageException e)
            {
                Assert.StartsWith("p.yaml:", e.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', e.Message);
                refused++;
            }
        }
        Assert.InRange(refused, 2000, 3999);
    }
}
