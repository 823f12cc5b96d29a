using Harness.Host.Knobs;
using Harness.Records;

namespace Harness.Host.Tests;

/// <summary>Is DAMON set up as its kernel files want it, and taken down again whatever comes between?</summary>
public sealed class KnobsDamonTests : IDisposable
{
    private const string Threads = "/sys/kernel/mm/damon/admin/kdamonds";
    private const string Context = Threads + "/0/contexts/0";

    private readonly KnobsFakeHost host = new();
    private readonly DamonTree tree;

    public KnobsDamonTests()
    {
        tree = new DamonTree(host.Root);
        Put("/sys/devices/system/node/has_cpu", "0");
        Put("/sys/devices/system/node/has_memory", "0-1");
        Put("/sys/devices/system/memory/block_size_bytes", "8000000");
        foreach ((int node, int[] blocks) in new[] { (0, new[] { 0, 1 }), (1, new[] { 3, 2, 16 }) })
        {
            foreach (int block in blocks) Put($"/sys/devices/system/node/node{node}/memory{block}/phys_index", $"{block:x8}");
        }
        Put(Threads + "/nr_kdamonds", "0");
    }

    public void Dispose() => host.Dispose();

    [Fact]
    public void It_promotes_from_the_memory_without_CPUs_and_all_of_it_is_gone_after_the_restore()
    {
        KnobService knobs = new(host.Home, tree);
        knobs.Set("damon", "promote");
        Assert.Equal("on", tree.Text(Threads + "/0/state"));
        Assert.Equal("paddr", tree.Text(Context + "/operations"));
        Assert.Equal("migrate_hot", tree.Text(Context + "/schemes/0/action"));
        Assert.Equal("0", tree.Text(Context + "/schemes/0/target_nid"));

        // blocks 2 and 3 are one range, block 16 (hexadecimal 10) another; node 0 is not looked at
        Assert.Equal("2", tree.Text(Context + "/targets/0/regions/nr_regions"));
        long block = 0x8000000;
        Assert.Equal($"{2 * block} {4 * block}", $"{tree.Text(Context + "/targets/0/regions/0/start")} {tree.Text(Context + "/targets/0/regions/0/end")}");
        Assert.Equal($"{16 * block} {17 * block}", $"{tree.Text(Context + "/targets/0/regions/1/start")} {tree.Text(Context + "/targets/0/regions/1/end")}");

        Assert.All(knobs.RestoreAll(force: false), report => Assert.False(report.Pending, report.Message));
        AssertGone();
    }

    [Fact]
    public void A_kill_at_any_step_before_or_after_its_write_is_undone_by_the_next_start()
    {
        int steps = 0;
        for (int kill = 0; ; kill++)
        {
            tree.KillAt = kill;
            try
            {
                new RunKnobs(new KnobChanges(new Journal(host.Home), tree)).Apply([(tree.Find("damon"), "promote")]);
                break;
            }
            catch (DamonTree.KilledException)
            {
                steps++;
            }
            tree.KillAt = null;
            Assert.All(new KnobService(host.Home, tree).RestoreAtStart(), report => Assert.False(report.Pending, report.Message));
            AssertGone();
        }
        Assert.True(steps > 30, $"only {steps} kills");
    }

    [Fact]
    public void A_kernel_that_refuses_a_step_leaves_nothing_set_up()
    {
        tree.Refuses = Context + "/schemes/0/action";
        HostCannotException cannot = Assert.Throws<HostCannotException>(() => new KnobService(host.Home, tree).Set("damon", "promote"));
        Assert.Contains("action", cannot.Message, StringComparison.Ordinal);
        AssertGone();
    }

    [Fact]
    public void Somebody_elses_threads_are_left_alone()
    {
        tree.Write(Threads + "/nr_kdamonds", "1");
        tree.Write(Threads + "/0/contexts/nr_contexts", "1");
        string refused = Assert.Throws<HostCannotException>(() => new KnobService(host.Home, tree).Set("damon", "promote")).Message;
        Assert.Contains("has threads already", refused, StringComparison.Ordinal);
        Assert.Equal("1", tree.Text(Threads + "/0/contexts/nr_contexts"));
        Assert.False(File.Exists(host.JournalPath));
    }

    [Fact]
    public void Without_slow_memory_there_is_nothing_to_promote()
    {
        Put("/sys/devices/system/node/has_cpu", "0-1");
        string refused = Assert.Throws<HostCannotException>(() => new KnobService(host.Home, tree).Set("damon", "promote")).Message;
        Assert.Contains("no memory is on a node without CPUs", refused, StringComparison.Ordinal);
        AssertGone();
    }

    [Theory]
    [InlineData("damon:../../../kernel/panic")]
    [InlineData("damon:0/contexts/0/targets/0/regions/../end")]
    [InlineData("damon:0/contexts/0/schemes/0/quotas/bytes")]
    [InlineData("damon:")]
    public void No_other_file_passes_for_a_step(string name) => Assert.Null(KnobCatalog.Find(name));

    private void Put(string path, string text) => host.Put(path, text + "\n");

    private void AssertGone()
    {
        Assert.Equal("0", tree.Text(Threads + "/nr_kdamonds"));
        Assert.False(Directory.Exists(host.Root + Threads + "/0"));
    }

    /// <summary>DAMON's files as the kernel has them: a number of something makes its folders, and none goes while its thread runs.</summary>
    private sealed class DamonTree(string root) : KnobTree(root)
    {
        private static readonly Dictionary<string, (string File, string Text)[]> Folders = new()
        {
            ["nr_kdamonds"] = [("state", "off"), ("contexts/nr_contexts", "0")],
            ["nr_contexts"] =
            [
                ("operations", "vaddr"), ("monitoring_attrs/intervals/sample_us", "5000"), ("monitoring_attrs/intervals/aggr_us", "100000"),
                ("targets/nr_targets", "0"), ("schemes/nr_schemes", "0"),
            ],
            ["nr_targets"] = [("regions/nr_regions", "0")],
            ["nr_regions"] = [("start", "0"), ("end", "0")],
            ["nr_schemes"] =
            [
                ("action", "stat"), ("target_nid", "-1"), ("access_pattern/sz/max", "0"), ("access_pattern/nr_accesses/min", "0"),
                ("access_pattern/nr_accesses/max", "0"), ("access_pattern/age/max", "0"),
            ],
        };

        private int writes;
        private int? killAt;

        /// <summary>The write before (even) or after (odd) which the process is killed.</summary>
        internal int? KillAt
        {
            get => killAt;
            set => (killAt, writes) = (value, 0);
        }

        internal string? Refuses { get; set; }

        internal string Text(string path) => ReadText(path).Trim();

        internal override bool Runs(ProcessIdentity process) => false;

        internal override void Write(string path, string value)
        {
            if (path == Refuses) throw new IOException($"{path}: refused");
            if (writes++ == KillAt) throw new KilledException();
            bool on = File.Exists(At(Threads + "/0/state")) && Text(Threads + "/0/state") == "on";
            if (on && path == Threads + "/nr_kdamonds") throw new IOException("busy");
            base.Write(path, value);
            if (Folders.TryGetValue(Path.GetFileName(path), out (string File, string Text)[]? files)) Make(Path.GetDirectoryName(At(path))!, int.Parse(value), files);
            if (writes++ == KillAt) throw new KilledException();
        }

        private static void Make(string folder, int count, (string File, string Text)[] files)
        {
            foreach (string old in Directory.GetDirectories(folder).Where(old => int.TryParse(Path.GetFileName(old), out _))) Directory.Delete(old, recursive: true);
            for (int i = 0; i < count; i++)
            {
                foreach ((string file, string text) in files)
                {
                    string path = Path.Combine(folder, $"{i}", file);
                    Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                    File.WriteAllText(path, text + "\n");
                }
            }
        }

        internal sealed class KilledException : Exception;
    }
}
