using Harness.Experiments.Yaml;
using Harness.Records;

namespace Harness.Experiments;

/// <summary>Reads a plan; the format is described in <c>workloads/plans/README.md</c>.</summary>
public static class PlanFile
{
    private const int DefaultPairs = 6;                // assumed: the fewest with which an exact interval of the median reaches 95 %
    private const ulong DefaultSeed = 1;
    private const double DefaultDeadlineSeconds = 120; // assumed: ten times a run of the shipped plan under software emulation
    private const double DefaultTimelineSeconds = 1;   // measured: costs 0.03 % of one CPU, see tests/Harness.Benchmarks
    private const int MaxPairs = 1000;                 // the limits are assumed: far beyond use, small enough for every later sum
    private const int MaxArms = 16;
    private const int MaxNodes = 64;
    private const int MinDiskMiB = 16;                 // below it little is left beside the file system's own tables
    private const int MaxDiskMiB = 16 << 20;
    private const int MaxShapes = 32;
    private const double MaxDeadlineSeconds = 86400;
    private static readonly string[] Actions = ["drop_caches"];

    /// <summary>The plan that the text describes.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="fileName">Its name: for messages, and without its ending the plan's name.</param>
    /// <param name="known">The workloads and knobs there are.</param>
    /// <exception cref="UsageException">The text is not a plan; the message names file, line, column and what to do.</exception>
    public static Plan Parse(string text, string fileName, Vocabulary known)
    {
        YamlMap root = YamlText.Parse(text, fileName).Map("the plan")
            .Only("a plan", "title", "source", "workload", "parameters", "knobs", "actions",
            "events", "counters", "mustMove", "proof", "machine", "shapes", "full", "arms", "pairs", "seed", "timeline", "deadlineSeconds");
        Workload workload = WorkloadOf(root.Need("workload", "the plan"), known);
        string[] events = Texts(root.Find("events"), "events");
        return new Plan
        {
            Name = Path.GetFileNameWithoutExtension(fileName),
            Title = root.Need("title", "the plan").Text("title"),
            Source = root.Find("source")?.Text("source"),
            Workload = workload.Name,
            Described = known.Workloads.Contains(workload) ? null : workload,
            Parameters = Parameters(root.Find("parameters"), workload),
            Knobs = Knobs(root.Find("knobs"), known),
            Actions = [.. Items(root.Find("actions"), "actions").Select(a => a.Choice("an action", Actions))],
            Events = events,
            Counters = Counters(root.Need("counters", "the plan").List("counters"), workload, events),
            MustMove = Sums(root.Find("mustMove"), "mustMove", workload, events),
            Proof = Proofs(root.Find("proof"), workload, events, known),
            Machine = PlanMachine(root.Need("machine", "the plan"), workload),
            Shapes = root.Find("shapes") is { } shapes ? Shapes(shapes.Map("shapes"), workload) : [],
            Full = root.Find("full") is { } full
                ? Full(full, workload, [.. root.Need("arms", "the plan").Map("arms").Entries.Select(arm => arm.Key.Text("an arm"))], known)
                : null,
            Arms = Arms(root.Need("arms", "the plan").Map("arms"), workload, events, known),
            Pairs = (int)(root.Find("pairs")?.Whole("pairs", 1, MaxPairs) ?? DefaultPairs),
            Seed = root.Find("seed")?.Whole("seed", 0, ulong.MaxValue) ?? DefaultSeed,
            TimelineSeconds = root.Find("timeline") is { } timeline ? Interval(timeline) : DefaultTimelineSeconds,
            DeadlineSeconds = root.Find("deadlineSeconds")?.Seconds("deadlineSeconds", MaxDeadlineSeconds) ?? DefaultDeadlineSeconds,
        };
    }

    private static double Interval(YamlNode node)
    {
        string text = node.Scalar("timeline").Value;
        return Timeline.TryParse(text, out double seconds)
            ? seconds
            : throw node.Error(
                $"timeline is {Words.Quote(text)}; give the seconds between two samples, {Timeline.Intervals}, or 0 for none");
    }

    private static IReadOnlyList<YamlNode> Items(YamlNode? node, string what) => node is null ? [] : node.List(what).Items;

    private static string[] Texts(YamlNode? node, string what)
    {
        var texts = new List<string>();
        foreach (YamlNode item in Items(node, what))
        {
            string text = item.Text($"an entry of {what}", 128);
            if (texts.Contains(text, StringComparer.Ordinal)) throw item.Error($"{Words.Quote(text)} is in {what} twice; keep one");
            texts.Add(text);
        }
        return [.. texts];
    }

    private static Workload WorkloadOf(YamlNode node, Vocabulary known)
    {
        if (node is YamlMap described) return WorkloadFile.ParseInPlace(described);
        string name = node.Choice("workload", [.. known.Workloads.Select(w => w.Name)]);
        return known.Workloads.First(w => w.Name == name);
    }

    private static Dictionary<string, string> Parameters(YamlNode? node, Workload workload)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        if (node is null) return values;
        string[] names = [.. workload.Parameters.Select(p => p.Name).Where(n => n != Workload.SeedParameter)];
        foreach ((YamlScalar key, YamlNode value) in node.Map("parameters").Entries)
        {
            if (key.Value == Workload.SeedParameter)
                throw key.Error("the runner gives each pair its own seed; set the plan's 'seed' instead");
            string name = key.Choice($"a parameter of '{workload.Name}'", names);
            WorkloadParameter parameter = workload.Parameters.First(p => p.Name == name);
            values[name] = parameter.Accept(value.Text(name), out string problem) ?? throw value.Error($"{name} {problem}");
        }
        return values;
    }

    private static KnobSetting[] Knobs(YamlNode? node, Vocabulary known) => node is null
        ? []
        : [.. node.Map("knobs").Entries.Select(e => new KnobSetting(e.Key.Choice("a knob", known.Knobs), e.Value.Text(e.Key.Value, 128)))];

    private static List<JudgedCounter> Counters(YamlList list, Workload workload, IReadOnlyList<string> events)
    {
        var counters = new List<JudgedCounter>();
        foreach (YamlNode item in list.Items)
        {
            YamlMap map = item.Map("a counter").Only("a counter", "name", "better", "perCpu");
            string name = CounterName(map.Need("name", "the counter"), workload, events);
            if (counters.Any(c => c.Name == name)) throw item.Error($"{Words.Quote(name)} is in counters twice; keep one");
            Better better = Enum.Parse<Better>(
                map.Need("better", "the counter").Choice("better", ["lower", "higher", "neither"]), ignoreCase: true);
            counters.Add(new JudgedCounter(name, better, map.Find("perCpu")?.Flag("perCpu") ?? false));
        }
        return counters.Count > 0 ? counters : throw list.Error("counters is empty; name at least one counter to judge");
    }

    private static string CounterName(YamlNode node, Workload workload, IReadOnlyList<string> events)
    {
        string name = node.Text("a counter's name", 128);
        return CounterNames.Problem(name, workload, events) is { } problem ? throw node.Error(problem) : name;
    }

    private static string[] Sums(YamlNode? node, string what, Workload workload, IReadOnlyList<string> events)
    {
        var sums = new List<string>();
        foreach (YamlNode item in Items(node, what))
        {
            string sum = item.Text($"an entry of {what}");
            foreach (string name in new CounterSum(sum).Names)
            {
                if (CounterNames.Problem(name, workload, events) is { } problem) throw item.Error(problem);
            }
            sums.Add(sum);
        }
        return [.. sums];
    }

    private static Dictionary<string, IReadOnlyList<string>> Proofs(
        YamlNode? node, Workload workload, IReadOnlyList<string> events, Vocabulary known)
    {
        var proofs = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (node is null) return proofs;
        foreach ((YamlScalar key, YamlNode value) in node.Map("proof").Entries)
        {
            string knob = key.Value.Split('=')[0];
            if (!known.Knobs.Contains(knob, StringComparer.Ordinal))
                throw key.Error($"proof is for {Words.Quote(knob)}, which is no knob; {Words.Instead(knob, known.Knobs)}");
            proofs.Add(key.Text("a setting", 128), Sums(value, $"the proof of {knob}", workload, events));
        }
        return proofs;
    }

    private static MachineShape PlanMachine(YamlNode node, Workload workload)
    {
        YamlMap map = node.Map("machine").Only("the machine", "nodes", "diskMiB");
        YamlList list = map.Need("nodes", "the machine").List("nodes");
        if (list.Items.Count is 0 or > MaxNodes) throw list.Error($"the machine has {list.Items.Count} nodes; give 1 to {MaxNodes}");
        if (list.Items.Count < workload.Nodes)
            throw list.Error($"the machine has {list.Items.Count} node; workload '{workload.Name}' needs {workload.Nodes}");
        var machine = new MachineShape
        {
            Nodes = [.. list.Items.Select(Node)],
            DiskMiB = (int)(map.Find("diskMiB")?.Whole("diskMiB", MinDiskMiB, MaxDiskMiB) ?? 0),
        };
        return machine.Cpus > 0 ? machine : throw list.Error("no node has CPUs; give one of them cpus above 0");
    }

    private static PlanShape[] Shapes(YamlMap map, Workload workload) => map.Entries.Count <= MaxShapes
        ? [.. map.Entries.Select(entry => Shape(entry.Key, entry.Value, workload))]
        : throw map.Error($"the plan has {map.Entries.Count} shapes; at most {MaxShapes} are allowed");

    private static PlanShape Shape(YamlScalar key, YamlNode value, Workload workload)
    {
        string name = Name(key, "shape");
        if (name is PlanShape.All or PlanShape.Own)
            throw key.Error($"a shape cannot be called '{name}', which stands for all of them or the plan's own; give it another name");
        YamlMap map = value.Map("a shape").Only("a shape", "machine", "parameters", "heldOut");
        PlanShape shape = new(
            name,
            map.Find("machine") is { } machine ? PlanMachine(machine, workload) : null,
            Parameters(map.Find("parameters"), workload),
            map.Find("heldOut")?.Flag("heldOut") ?? false);
        return shape.Machine is not null || shape.Parameters.Count > 0
            ? shape
            : throw value.Error($"shape {Words.Quote(name)} changes nothing; give it a machine or parameters");
    }

    private static FullSize Full(YamlNode node, Workload workload, IReadOnlyList<string> arms, Vocabulary known)
    {
        YamlMap map = node.Map("full").Only("full", "machine", "parameters", "knobs", "lru", "arms");
        string machine = map.Need("machine", "full").Choice("the full size's machine", known.Machines);
        string? lru = map.Find("lru")?.Choice("the LRU", [FullSize.ClassicLru, FullSize.GenerationsLru]);
        return new FullSize(machine, Parameters(map.Find("parameters"), workload), Knobs(map.Find("knobs"), known), lru)
        {
            Arms = [.. Items(map.Find("arms"), "full's arms").Select(arm => arm.Choice("an arm of full", arms))],
        };
    }

    private static NodeShape Node(YamlNode item)
    {
        YamlMap map = item.Map("a node").Only("a node", "memoryMiB", "cpus", "latencyNs", "bandwidthMiBps");
        int Number(string key, ulong least, ulong most) => (int)map.Need(key, "the node").Whole(key, least, most);
        return new NodeShape
        {
            MemoryMiB = Number("memoryMiB", 32, 16777216),
            Cpus = Number("cpus", 0, 4096),
            LatencyNs = Number("latencyNs", 1, 1000000),
            BandwidthMiBps = Number("bandwidthMiBps", 1, 10000000),
        };
    }

    private static Arm[] Arms(YamlMap map, Workload workload, IReadOnlyList<string> events, Vocabulary known)
    {
        if (map.Entries.Count is < 2 or > MaxArms)
        {
            string arms = map.Entries.Count == 1 ? "1 arm" : $"{map.Entries.Count} arms";
            throw map.Error($"the plan has {arms}; a comparison needs at least two, at most {MaxArms}");
        }
        return [.. map.Entries.Select(e => ArmOf(e.Key, e.Value, workload, events, known))];
    }

    private static Arm ArmOf(YamlScalar key, YamlNode value, Workload workload, IReadOnlyList<string> events, Vocabulary known)
    {
        string name = Name(key, "arm");
        if (value is YamlScalar) return new Arm { Name = name, Target = Target(value) };
        YamlMap map = value.Map("an arm").Only("an arm", "target", "workload", "knobs", "parameters", "mustMove");
        Workload? own = map.Find("workload") is { } other ? WorkloadOf(other, known) : null;
        return new Arm
        {
            Name = name,
            Target = Target(map.Need("target", "the arm")),
            Workload = own,
            Knobs = Knobs(map.Find("knobs"), known),
            Parameters = Parameters(map.Find("parameters"), own ?? workload),
            MustMove = Sums(map.Find("mustMove"), $"the mustMove of {name}", own ?? workload, events),
        };
    }

    private static string Name(YamlScalar key, string what)
    {
        string name = key.Text($"the name of {(what == "arm" ? "an" : "a")} {what}", 32);
        return name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')
            ? name
            : throw key.Error($"{what} {Words.Quote(name)}: use letters, digits, '.', '_' and '-'");
    }

    /// <summary>Only the form is checked here: which kernels and profiles there are is known where they are opened.</summary>
    private static string Target(YamlNode node)
    {
        string target = node.Text("target");
        bool form = target == "local" || (target.StartsWith("vm:", StringComparison.Ordinal) && target.Length > 3)
            || (target.StartsWith("model:", StringComparison.Ordinal) && target.Length > 6);
        return form
            ? target
            : throw node.Error($"target is {Words.Quote(target)}; give local, vm:VERSION, vm:/path/to/bzImage or model:PROFILE");
    }
}
