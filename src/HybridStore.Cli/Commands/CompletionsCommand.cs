using System.CommandLine;
using HybridStore.Cli.Options;

namespace HybridStore.Cli.Commands;

/// <summary><c>hybrid completions</c>: what makes a shell complete hybrid's words.</summary>
internal static class CompletionsCommand
{
    /// <summary>Each asks the program itself, so that it knows every option and the datasets of the store at hand.</summary>
    private static readonly Dictionary<string, string> Scripts = new()
    {
        ["bash"] = """
            # Completion of hybrid for bash. Put this into ~/.bashrc:  source <(hybrid completions bash)
            _hybrid() {
                local word=${COMP_WORDS[COMP_CWORD]} line
                COMPREPLY=()
                while IFS= read -r line; do
                    [[ -n $line && $line == "$word"* ]] && COMPREPLY+=("$line")
                done < <("${COMP_WORDS[0]}" "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)
            }
            complete -o default -F _hybrid hybrid

            """,
        ["zsh"] = """
            #compdef hybrid
            # Completion of hybrid for zsh. Put this into ~/.zshrc, after compinit:  source <(hybrid completions zsh)
            _hybrid() {
                local -a words_found
                words_found=("${(@f)$("${words[1]}" "[suggest:$#BUFFER]" "$BUFFER" 2>/dev/null)}")
                words_found=(${words_found:#})
                if (( $#words_found )); then compadd -a words_found; else _files; fi
            }
            if (( $+functions[compdef] )); then compdef _hybrid hybrid; fi

            """,
        ["fish"] = """
            # Completion of hybrid for fish. Put this into ~/.config/fish/config.fish:  hybrid completions fish | source
            function __hybrid_complete
                set -l line (commandline -cp)
                hybrid "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
            end
            complete -c hybrid -a '(__hybrid_complete)'

            """,
        ["pwsh"] = """
            # Completion of hybrid for PowerShell. Put this into $PROFILE:  hybrid completions pwsh | Out-String | Invoke-Expression
            Register-ArgumentCompleter -Native -CommandName hybrid -ScriptBlock {
                param($wordToComplete, $commandAst, $cursorPosition)
                hybrid "[suggest:$cursorPosition]" "$commandAst" 2>$null | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
                    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
                }
            }

            """,
    };

    internal static Command Build()
    {
        var shell = new Argument<string>("SHELL") { Description = string.Join(", ", Scripts.Keys) };
        shell.CompletionSources.Add([.. Scripts.Keys]);
        var command = new ExampleCommand(
            "completions",
            "Print a script that makes a shell complete commands, options and names of datasets",
            "source <(hybrid completions bash)",
            "hybrid completions fish | source")
        {
            shell,
        };
        command.SetAction(parsed =>
        {
            var name = parsed.GetValue(shell)!;
            if (!Scripts.TryGetValue(name, out var script)) throw new StoreException(StoreErrorKind.Usage, $"There are no completions for '{name}'. {Suggestion.For(name, Scripts.Keys)}");
            Console.Out.Write(script);
            return ExitCode.Ok;
        });
        return command;
    }
}
