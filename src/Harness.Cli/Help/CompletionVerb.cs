using System.CommandLine;
using Harness.Records;

namespace Harness.Cli;

/// <summary><c>completion SHELL</c>: a script with which a shell completes verbs, options, plans, shapes, targets and sessions.</summary>
internal static class CompletionVerb
{
    // Each asks this program what could follow: it alone knows the plans and sessions there are.
    private static readonly Dictionary<string, string> Scripts = new()
    {
        ["bash"] =
            """
            _harness() {
                local IFS=$'\n' word=${COMP_WORDS[COMP_CWORD]} line=${COMP_LINE#*"${COMP_WORDS[0]}"}
                line=${line# }
                local point=$((COMP_POINT - ${#COMP_LINE} + ${#line}))
                # words such as vm:6.12 and after=vm: are split at : and =, and what is before the split must not come twice
                local whole=${COMP_LINE:0:COMP_POINT}
                whole=${whole##* }
                local before=${whole%"$word"}
                [[ $word == [:=] ]] && before=$whole word=
                COMPREPLY=()
                local found
                while read -r found; do
                    [[ $found == "$whole"* ]] && COMPREPLY+=("${found#"$before"}")
                done < <("${COMP_WORDS[0]}" "[suggest:$point]" "$line" 2>/dev/null)
                [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[=/:] ]] && compopt -o nospace
            }
            complete -o default -F _harness run.sh ./run.sh harness
            """,
        ["zsh"] =
            """
            #compdef run.sh harness
            _harness() {
                local line="${words[2,-1]}"
                local -a found
                found=(${(f)"$("${words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null)"})
                compadd -a found || _files
            }
            compdef _harness run.sh ./run.sh harness
            """,
        ["fish"] =
            """
            function __harness
                set -l words (commandline -opc) (commandline -ct)
                set -l line (string join ' ' -- $words[2..-1])
                $words[1] "[suggest:"(string length -- $line)"]" $line 2>/dev/null
            end
            complete -c run.sh -a '(__harness)'
            complete -c harness -a '(__harness)'
            """,
    };

    public static Command Create()
    {
        Argument<string> shell = new("shell") { Description = "bash, zsh or fish" };
        shell.AcceptOnlyFromAmong([.. Scripts.Keys]);
        Command completion = new("completion",
            """
            Prints a script with which a shell completes verbs, options, plans, shapes, targets and sessions.

            Examples:
              source <(./run.sh completion bash)
              ./run.sh completion fish | source
            """)
        { shell };
        completion.SetAction(parsed =>
        {
            Console.Out.WriteLine(Scripts[parsed.GetRequiredValue(shell)]);
            return (int)ExitCode.Done;
        });
        return completion;
    }
}
