using System.CommandLine;
using Harness.Records;
using Harness.Targets.Kernels;

namespace Harness.Cli;

/// <summary><c>vm list|fetch</c>: the guests' kernels.</summary>
internal static class VmVerb
{
    public static Command Create(Folders folders)
    {
        Option<bool> json = CommonOptions.Json();
        Command list = new("list", "Kernels in the cache") { json };
        list.SetAction(parsed =>
        {
            IReadOnlyList<CachedKernel> cached = new KernelPackages(folders).ListCached();
            if (parsed.GetValue(json))
            {
                CliJson.Print(new { kernels = cached.Select(Json) });
                return (int)ExitCode.Done;
            }
            foreach (CachedKernel kernel in cached)
            {
                Console.Out.WriteLine($"vm:{kernel.Version,-6} {kernel.Package}");
                Console.Out.WriteLine($"    {kernel.Kernel.Image}");
            }
            string all = string.Join(" and ", KernelPackages.Versions);
            if (cached.Count == 0) Console.Out.WriteLine($"no kernel in {folders.Cache}; './run.sh vm fetch' downloads {all}");
            return (int)ExitCode.Done;
        });

        Argument<string[]> versions = new("versions")
        {
            Description = $"Which: {string.Join(", ", KernelPackages.Versions)}; all when left out",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Command fetch = new("fetch", "Downloads Debian's kernels into the cache, so that later runs need no network; nothing is installed")
        {
            versions,
        };
        fetch.SetAction(async (parsed, cancel) =>
        {
            string[] wanted = parsed.GetValue(versions) is { Length: > 0 } named ? named : [.. KernelPackages.Versions];
            KernelPackages packages = new(folders);
            foreach (string version in wanted)
            {
                Kernel kernel = await packages.FindAsync(version, new StderrLines(), cancel);
                Console.Out.WriteLine($"vm:{version}  {kernel.Image}");
            }
            return (int)ExitCode.Done;
        });

        return new Command("vm", "The kernels that vm: targets boot.\n\nExamples:\n  ./run.sh vm list\n  ./run.sh vm fetch 6.12")
        {
            list,
            fetch,
        };
    }

    private static object Json(CachedKernel kernel) =>
        new { target = $"vm:{kernel.Version}", kernel.Package, kernel.Kernel.Image, kernel.Kernel.Modules };

    private sealed class StderrLines : IProgress<string>
    {
        public void Report(string value) => Console.Error.WriteLine(value);
    }
}
