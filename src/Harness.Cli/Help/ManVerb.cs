using System.CommandLine;
using System.Reflection;
using Harness.Records;

namespace Harness.Cli;

/// <summary><c>man</c>: the manual page.</summary>
internal static class ManVerb
{
    public static Command Create()
    {
        Command man = new("man",
            """
            The manual page of all verbs, made from the same texts as --help.

            Examples:
              ./run.sh man | man -l -
              ./run.sh man > /usr/local/share/man/man1/harness.1
            """);
        man.SetAction(parsed =>
        {
            string version = typeof(ManVerb).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
            ManualPage.Write(Console.Out, (RootCommand)parsed.RootCommandResult.Command, version.Split('+')[0]);
            return (int)ExitCode.Done;
        });
        return man;
    }
}
