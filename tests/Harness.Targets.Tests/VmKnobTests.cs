using System.Text;
using System.Text.RegularExpressions;
using Harness.Host.Channel;
using Harness.Host.Proc;
using Harness.Records;
using Harness.Targets.Images;
using Harness.Targets.Kernels;
using Harness.Targets.Vm;
using Xunit.Abstractions;

namespace Harness.Targets.Tests;

/// <summary>
/// Are the real knobs of a real kernel right again, and a recording's instance and probes gone, after the real program was killed, or its host
/// reset, at any moment?
/// </summary>
[Collection("vm")]
public sealed partial class VmKnobTests : IDisposable
{
    private const int BootTries = 3; // as VmOptions.BootTries: an emulated boot now and then dies early
    private static readonly TimeSpan Hung = TimeSpan.FromMinutes(30); // assumed: ten times what it takes on two cores of its own
    private readonly VmBed bed = new();
    private readonly ITestOutputHelper output;

    public VmKnobTests(ITestOutputHelper output) => this.output = output;

    public void Dispose() => bed.Dispose();

    [Fact]
    public async Task After_kill_minus_nine_at_any_moment_the_next_start_leaves_every_knob_as_at_boot()
    {
        // Two guests side by side, each with one processor: a process starts slowly under emulation.
        string[] consoles = await Task.WhenAll(
            KillAsync(seed: 1, ["numa_balancing 2", "demotion_enabled true", "scan_delay_ms 500", "hot_threshold_ms 100"]),
            KillAsync(seed: 2, ["thp_enabled always", "thp_defrag never", "khugepaged_defrag 0", "numa_balancing 3"]));
        string console = string.Join('\n', consoles);

        List<Match> kills = [.. KillLine().Matches(console).Cast<Match>()];
        int changed = kills.Count(kill => kill.Groups["changed"].Value == "1");
        int right = kills.Count(kill => kill.Groups["right"].Value == "1");
        string lives = string.Join("; ", Lives().Matches(console).Select(match => match.Value));
        string told = $"{kills.Count} kills, {changed} while a knob was changed; after the next start {right} with every knob as at boot, "
            + $"{kills.Count - right} wrong ({lives}, in hundredths of a second)";
        Say($"kill -9: {told}");
        Assert.DoesNotContain("trouble:", console, StringComparison.Ordinal);
        Assert.All(consoles, each => Assert.True(each.Contains("knobs: done", StringComparison.Ordinal), each));
        Assert.Equal(54, kills.Count);
        Assert.True(right == kills.Count, console);
        Assert.True(changed > 10, told);
        Assert.All(kills, kill => Assert.Equal("0", kill.Groups["code"].Value));
        Assert.All(kills.Where(kill => kill.Groups["changed"].Value == "1"), kill => Assert.NotEqual("0", kill.Groups["told"].Value));
    }

    [Fact]
    public async Task After_a_hard_reset_each_acknowledged_change_is_told_and_closed()
    {
        const int Resets = 5;
        string disk = await DiskAsync();
        string image = await ImageAsync("resets", "knob-resets.sh");
        string drive = $"if=none,id=disk,format=raw,file={disk}";
        IReadOnlyList<string> arguments = [.. await ArgumentsAsync(image), "-drive", drive, "-device", "virtio-blk-pci,drive=disk"];
        Random random = new(5);
        string? values = null;
        HashSet<string> acknowledged = [];
        int told = 0;
        int untold = 0;

        for (int boot = 0; boot <= Resets; boot++)
        {
            (Emulator emulator, StreamReader guest, List<string> said) = await BootAsync(arguments, $"reset-{boot}");
            await using Emulator reset = emulator;
            Assert.Equal(values ??= said[0], said[0]);
            Assert.Equal("code 0", said[1]);
            foreach (string knob in acknowledged)
            {
                if (said.Exists(line => Regex.IsMatch(line, $"knob {knob} is .* since the reboot"))) told++;
                else untold++;
            }
            acknowledged.Clear();
            if (boot == Resets) break;

            // In the middle of one of the first changes, or in the restore after them.
            int tries = random.Next(1, 6);
            for (int seen = 0; seen < tries;)
            {
                string line = await ReadAsync(guest) ?? throw new EndOfStreamException("the guest is gone");
                Assert.DoesNotContain("trouble", line, StringComparison.Ordinal);
                if (line.StartsWith("set ", StringComparison.Ordinal)) acknowledged.Add(line["set ".Length..]);
                else seen++;
            }
            await Task.Delay(random.Next(800));
            if (tries == 5) acknowledged.Clear(); // being undone: told or closed already, nobody knows which
        }
        Say($"hard resets: {Resets}; of the acknowledged changes that they undid the boots after them told {told}, {untold} untold; "
            + "all values as at the first boot");
        Assert.Equal(0, untold);
        Assert.True(told >= 3, $"only {told} changes were in force at the resets");
    }

    // On the console, and so in the log of a run of all tests; and with the result.
    private void Say(string line)
    {
        System.Console.Out.WriteLine($"figure: knobs in a guest: {line}");
        output.WriteLine(line);
    }

    private Task<string> KillAsync(int seed, string[] sets) => BootToTheEndAsync(
        $"kills-{seed}",
        "knob-kills.sh",
        ("kills", Kills(new Random(seed))),
        ("sets", Encoding.ASCII.GetBytes(string.Join('\n', sets))),
        ("request", Request(sets)),
        ("recorded", Request([], new RecordingRequest { Path = "/tmp/trace", Subject = "killed" })));

    /// <summary>
    /// 27 kills in a random order at random moments, in permille of a life; most of what lives shortest. What 'knobs set' has set stays, so
    /// there a kill may also come some time after the end.
    /// </summary>
    private static byte[] Kills(Random random)
    {
        string[] kinds =
        [
            .. Enumerable.Repeat("run", 2),
            .. Enumerable.Repeat("changed", 2),
            .. Enumerable.Repeat("recording", 2),
            .. Enumerable.Repeat("set", 19),
            .. Enumerable.Repeat("restore", 2),
        ];
        random.Shuffle(kinds);
        return Encoding.ASCII.GetBytes(string.Concat(kinds.Select(kind => $"{kind} {random.Next(kind == "set" ? 1600 : 1000)}\n")));
    }

    /// <summary>A run that sets real knobs for a moment, or is recorded.</summary>
    private static byte[] Request(string[] sets, RecordingRequest? recording = null) => Frame.Encode(new Message(
        MessageKind.Run,
        RecordJson.Write(VmBed.Shell("busybox sleep 0.5; echo '{}'") with
        {
            Knobs = [.. sets.Select(set => set.Split(' ')).Select(words => new KnobSetting(words[0], words[1]))],
            Recording = recording,
        })));

    /// <summary>Boots until the script switches the guest off, and gives its console.</summary>
    private async Task<string> BootToTheEndAsync(string name, string script, params (string Name, byte[] Content)[] files)
    {
        string image = await ImageAsync(name, script, files);
        IReadOnlyList<string> arguments = await ArgumentsAsync(image);
        for (int boot = 1; ; boot++)
        {
            string log = $"{name}-{boot}.log";
            await using Emulator emulator = await Emulator.StartAsync(SearchPath.Own, Console(arguments, log));
            await Task.WhenAny(emulator.Exited, Task.Delay(Hung));
            string console = await File.ReadAllTextAsync(Path.Combine(bed.Logs, log));
            if (console.Contains("knobs: started", StringComparison.Ordinal)) return console.Replace("\r", "", StringComparison.Ordinal);
            Assert.True(boot < BootTries, $"the guest did not come up: {console}{emulator.Errors}");
        }
    }

    /// <summary>The guest's image as the product builds it, with another first process: the kernel unpacks a later archive over an earlier
    /// one.</summary>
    private async Task<string> ImageAsync(string name, string script, params (string Name, byte[] Content)[] files)
    {
        Kernel kernel = await VmBed.KernelAsync("6.12");
        IReadOnlyList<KernelModule> modules = await KernelModule.ResolveAsync(
            kernel.Modules, ["virtio_blk", "virtio_pci"], SearchPath.Own, CancellationToken.None);
        string image = Path.Combine(bed.Folders.Home, $"{name}.cpio");
        File.Copy(GuestImage.Build(bed.Folders, bed.Options.AgentFolder, modules, SearchPath.Own), image);
        using FileStream file = new(image, FileMode.Append);
        using CpioWriter archive = new(file);
        using Stream text = typeof(VmKnobTests).Assembly.GetManifestResourceStream(script)!;
        byte[] init = new byte[text.Length];
        text.ReadExactly(init);
        archive.AddFile("init", init);
        foreach ((string path, byte[] content) in files) archive.AddFile(path, content);
        return image;
    }

    private async Task<IReadOnlyList<string>> ArgumentsAsync(string image)
    {
        Directory.CreateDirectory(bed.Logs);
        MachineShape small = new() { Nodes = [new NodeShape { MemoryMiB = 768, Cpus = 1, LatencyNs = 80, BandwidthMiBps = 10240 }] };
        string kernel = (await VmBed.KernelAsync("6.12")).Image;
        return QemuCommand.Arguments(bed.Options with { Machine = small }, kernel, image, Path.Combine(bed.Logs, "LOG"), Accelerator.Tcg);
    }

    /// <summary>The arguments with a console log of this boot's own.</summary>
    private static IReadOnlyList<string> Console(IReadOnlyList<string> arguments, string log) =>
        [.. arguments.Select(argument => argument.EndsWith("/LOG", StringComparison.Ordinal) ? argument[..^3] + log : argument)];

    private async Task<string> DiskAsync()
    {
        string disk = Path.Combine(bed.Folders.Home, "disk");
        using (FileStream file = File.Create(disk)) file.SetLength(32 << 20);
        string mkfs = HostProgram.Require("mkfs.ext4", "e2fsprogs", $"{SearchPath.Own}:/usr/sbin:/sbin");
        Printed made = await HostProgram.RunAsync(mkfs, ["-q", "-F", disk], folder: null, CancellationToken.None);
        Assert.True(made.ExitCode == 0, made.Error);
        return disk;
    }

    /// <summary>A guest that has said what it found and is ready to change knobs.</summary>
    private static async Task<(Emulator Emulator, StreamReader Guest, List<string> Said)> BootAsync(
        IReadOnlyList<string> arguments, string name)
    {
        for (int boot = 1; ; boot++)
        {
            Emulator emulator = await Emulator.StartAsync(SearchPath.Own, Console(arguments, $"{name}-{boot}.log"));
            StreamReader guest = new(emulator.FromGuest);
            List<string> said = [];
            string? line;
            while ((line = await ReadAsync(guest)) is not (null or "ready")) said.Add(line);
            if (line is not null) return (emulator, guest, said);
            await emulator.DisposeAsync();
            Assert.True(said.Count == 0 && boot < BootTries, $"the guest did not come up: {string.Join('\n', said)}");
        }
    }

    private static async Task<string?> ReadAsync(StreamReader guest)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromMinutes(2));
        return await guest.ReadLineAsync(deadline.Token);
    }

    [GeneratedRegex(@"knobs: kill .*: changed (?<changed>\d), told (?<told>\d+), code (?<code>\d+), right (?<right>\d)")]
    private static partial Regex KillLine();

    [GeneratedRegex(@"(?<=knobs: lives: ).*")]
    private static partial Regex Lives();
}
