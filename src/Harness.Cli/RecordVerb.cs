using System.CommandLine;
using System.CommandLine.Parsing;
using Harness.Experiments;
using Harness.Records;
using Harness.Traces;

namespace Harness.Cli;

/// <summary><c>record</c>: a run's unmap, flush and allocation events into a file; what such a file holds.</summary>
internal static class RecordVerb
{
    private const int MostPairs = 1000;

    public static Command Create(Folders folders)
    {
        Argument<string[]> what = new("what")
        {
            Description = "A plan's name (see 'plans') or the path of a plan file; or, after --, a command and its arguments",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Option<string?> output = new("-o", "--output") { Description = "The file to write", HelpName = "FILE" };
        Option<bool> force = new("--force") { Description = "Write over a file that is there" };
        Option<string?> target = new("--target")
        {
            Description = "Where to run: local, vm:6.1, vm:6.12, vm:/path/to/bzImage; else where the arm runs, and a command on this host",
            HelpName = "TARGET",
        };
        Option<string?> arm = new("--arm") { Description = "The plan's arm; else its first that runs on a kernel", HelpName = "NAME" };
        Option<int?> buffer = CommonOptions.Positive("--buffer-kib",
            $"Ring buffer of each CPU in KiB, from {RecordingRequest.LeastBufferKiB}; {RecordingRequest.DefaultBufferKiB} when left out",
            RecordingRequest.MostBufferKiB);
        Option<bool> noSwitches = new("--no-switches")
        {
            Description = "Leave out which address space CPUs load and when they go lazy: fewer events, and interrupts are then known as bounds",
        };
        Option<int?> overhead = CommonOptions.Positive("--overhead",
            "Instead: so many pairs of runs without and with a recording, and what the recording changes", MostPairs);
        Option<string?> inspect = new("--inspect") { Description = "Instead: what a trace file holds", HelpName = "FILE" };
        Option<string?> export = new("--export") { Description = "Instead: a trace file's events as text, to -o or standard output", HelpName = "FILE" };
        PlanOptions change = new();
        Option<bool> json = CommonOptions.Json();
        Command record = new("record",
            """
            Runs an arm of a plan, or a command, once and records what the kernel unmaps, flushes, frees and allocates meanwhile, for 'replay'. The
            kernel is a stock one; its tracing instance and probes are removed at the end, also after a kill (by the next start).

            Examples:
              ./run.sh record luf-llama --target vm:6.12 -o llama.trace
              ./run.sh record luf-llama --target vm:6.12 -o llama.trace --overhead 5
              ./run.sh record -o mine.trace -- ./my-program --its-option
              ./run.sh record --inspect llama.trace
              ./run.sh record --export llama.trace -o llama.txt
            """)
        { what, output, force, target, arm, buffer, noSwitches, overhead, inspect, export, json };
        change.AddTo(record, pairs: false);
        record.SetAction((parsed, cancel) =>
        {
            string? file = parsed.GetValue(output);
            string[] words = parsed.GetValue(what) ?? [];
            if (parsed.GetValue(inspect) is { } inspected) return Task.FromResult(Inspect(inspected, parsed.GetValue(json)));
            if (parsed.GetValue(export) is { } exported) return Task.FromResult(Export(exported, file, parsed.GetValue(force)));
            RecordedWork work = Work(parsed, words);
            RecordingRequest recording = new()
            {
                Path = Path.GetFullPath(file ?? throw new UsageException("record writes a file: name it with -o FILE")),
                Subject = work.Subject,
                BufferKiB = parsed.GetValue(buffer) ?? RecordingRequest.DefaultBufferKiB,
                Switches = !parsed.GetValue(noSwitches),
            };
            CheckFree(recording.Path, parsed.GetValue(force));
            RecordJob job = new(folders, work, recording, parsed.GetValue(json));
            return parsed.GetValue(overhead) is { } pairs ? job.CompareAsync(pairs, cancel) : job.RunAsync(cancel);
        });
        return record;

        RecordedWork Work(ParseResult parsed, string[] words)
        {
            if (words.Length == 0) throw new UsageException("record takes a plan, or a command after --, or --inspect FILE, or --export FILE");
            if (parsed.Tokens.Any(token => token.Type == TokenType.DoubleDash))
            {
                if (parsed.GetValue(arm) is not null || change.Shape(parsed) is not null) throw new UsageException("--arm and --shape go with a plan");
                return RecordedWork.Of(folders, words, parsed.GetValue(target), change.Machine(RecordedWork.TwoNodes, parsed));
            }
            if (words.Length > 1) throw new UsageException($"record takes one plan, not '{words[1]}' too; a command goes after --");
            LoadedPlan loaded = Catalogs.Plans(folders).Load(words[0]);
            return RecordedWork.Of(
                folders, loaded with { Plan = change.Apply(loaded, parsed) }, parsed.GetValue(arm), parsed.GetValue(target));
        }
    }

    private static int Inspect(string file, bool json)
    {
        TraceInspection inspection = TraceInspection.Of(file);
        if (json) CliJson.Print(inspection);
        else inspection.Print(Console.Out);
        return (int)ExitCode.Done;
    }

    private static int Export(string file, string? output, bool force)
    {
        using TraceReader reader = TraceReader.Open(file);
        if (output is null)
        {
            TraceText.Write(reader, Console.Out);
            return (int)ExitCode.Done;
        }
        CheckFree(output, force);
        try
        {
            using StreamWriter to = new(output);
            TraceText.Write(reader, to);
            return (int)ExitCode.Done;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostCannotException($"{output} cannot be written: {e.Message}", e);
        }
    }

    private static void CheckFree(string file, bool force)
    {
        if (Directory.Exists(file)) throw new UsageException($"{file} is a folder; name a file with -o");
        if (!force && File.Exists(file)) throw new UsageException($"{file} is there already; --force writes over it");
        string? folder = Path.GetDirectoryName(Path.GetFullPath(file));
        if (!Directory.Exists(folder)) throw new UsageException($"{file}: there is no folder {folder}");
    }
}
