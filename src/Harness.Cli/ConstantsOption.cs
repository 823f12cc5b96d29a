using System.CommandLine;
using Harness.Experiments;
using Harness.Records;

namespace Harness.Cli;

/// <summary><c>--constants</c>: which fitted constants the model has.</summary>
internal sealed class ConstantsOption(Folders folders)
{
    private const string Nothing = "none";

    private readonly Option<string?> option = new("--constants")
    {
        Description = "A file that 'calibrate' wrote, instead of this host's or the project's own; none takes what is assumed",
        HelpName = "FILE",
    };

    public void AddTo(Command command) => command.Options.Add(option);

    /// <summary>The constants with one line on where they are from.</summary>
    /// <exception cref="UsageException">The file cannot be taken.</exception>
    public (FittedConstants? Constants, string Basis) Read(ParseResult parsed)
    {
        string? path = parsed.GetValue(option);
        if (path == Nothing || FittedFile.Find(folders, path) is not { } found)
            return (null, "no constant is fitted: all are published or assumed");
        return (found.Constants, FormattableString.Invariant($"constants of {found.File}, fitted {found.Constants.Fitted:yyyy-MM-dd}"));
    }
}
