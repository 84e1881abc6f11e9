using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.EndToEnd;

/// <summary>Completion as shells ask for it.</summary>
public sealed class CompletionsTests(SmallStore store) : IClassFixture<SmallStore>
{
    private readonly HybridProgram _hybrid = store.Program;

    private ProgramRun Shell(string shell, string script) =>
        ShellProgram.Run("env", $"HYBRID_STORE={_hybrid.Store}", $"PATH={AppContext.BaseDirectory}:{Environment.GetEnvironmentVariable("PATH")}", shell, "-c", script);

    [Theory]
    [InlineData("hybrid sta", "status")]
    [InlineData("hybrid do", "doctor")]
    [InlineData("hybrid export qu", "quotes")]
    [InlineData("hybrid sync q", "quotes")]
    [InlineData("hybrid load-historical q", "quotes")]
    [InlineData("hybrid compact --dataset ", "quotes trades")]
    [InlineData("hybrid --format js", "json")]
    [InlineData("hybrid sql --outp", "--output --output-file")]
    [InlineData("hybrid sql --output nd", "ndjson")]
    [InlineData("hybrid pg sta", "start status")]
    [InlineData("hybrid config set mem", "memory")]
    [InlineData("hybrid completions f", "fish")]
    [InlineData("hybrid zzz", "")]
    public void Bash_completes_commands_options_and_names(string line, string expected)
    {
        var words = line.Split(' ');
        var script = $"""
            source <(hybrid completions bash)
            COMP_WORDS=({string.Join(' ', words.Select(word => $"'{word}'"))}); COMP_CWORD={words.Length - 1}; COMP_LINE='{line}'; COMP_POINT={line.Length}
            _hybrid
            echo "$(complete -p hybrid)"
            printf '%s\n' "$(printf '%s\n' "REPLY" | sort | tr '\n' ' ')"
            """.Replace("REPLY", "${COMPREPLY[@]}", StringComparison.Ordinal);
        var run = Shell("bash", script);
        Assert.Equal("", run.Error);
        Assert.Equal(["complete -o default -F _hybrid hybrid", expected], run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Append("").Take(2).Select(text => text.Trim()));
    }

    [Fact]
    public void Fish_completes_them_too()
    {
        var run = Shell("fish", "hybrid completions fish | source; complete -C 'hybrid export qu'; complete -C 'hybrid sta'");
        Assert.Equal("", run.Error);
        Assert.Equal(["quotes", "status"], run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')[0]));
    }

    [Fact]
    public void Zsh_completes_them_in_a_terminal()
    {
        using var terminal = new TerminalSession(
            "zsh -f",
            new Dictionary<string, string> { ["HYBRID_STORE"] = _hybrid.Store, ["PATH"] = $"{AppContext.BaseDirectory}:{Environment.GetEnvironmentVariable("PATH")}", ["HOME"] = _hybrid.Store });
        terminal.Enter("PS1='zsh> '; autoload -U compinit; compinit -u -D; source <(hybrid completions zsh); echo rea''dy");
        terminal.WaitFor("\nready\n");
        terminal.Type("hybrid export qu");
        terminal.Press("Tab");
        terminal.WaitFor("hybrid export quotes");
    }

    [Fact]
    public void Every_script_says_how_to_install_itself()
    {
        foreach (var shell in (string[])["bash", "zsh", "fish", "pwsh"]) Assert.Contains($"hybrid completions {shell}", _hybrid.RunOk("completions", shell), StringComparison.Ordinal);
    }
}
