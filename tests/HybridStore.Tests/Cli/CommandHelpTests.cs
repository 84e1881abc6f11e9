using System.CommandLine;
using System.Text.RegularExpressions;
using HybridStore.Cli;
using HybridStore.Cli.Options;
using Xunit;

namespace HybridStore.Tests.Cli;

/// <summary>The help of all commands.</summary>
public sealed partial class CommandHelpTests
{
    /// <summary>Every command and the verbs below it, as one types them.</summary>
    public static TheoryData<string> Commands()
    {
        var paths = new TheoryData<string>();
        Walk(Program.BuildRoot(), "");
        return paths;

        void Walk(Command command, string path)
        {
            foreach (var verb in command.Subcommands)
            {
                paths.Add($"{path}{verb.Name}");
                Walk(verb, $"{path}{verb.Name} ");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_command_has_help_with_examples_that_parse(string path)
    {
        using var help = new StringWriter();
        Assert.Equal(0, Program.Parse([.. path.Split(' '), "--help"]).Invoke(new InvocationConfiguration { Output = help }));
        var command = Assert.IsType<ExampleCommand>(Program.Parse(path.Split(' ')).CommandResult.Command);
        Assert.NotEmpty(command.Description!);
        Assert.Contains("Examples:", help.ToString(), StringComparison.Ordinal);
        Assert.Contains(command.Examples, example => example.Contains($"hybrid {path}", StringComparison.Ordinal));
        foreach (var example in command.Examples.Where(example => example.StartsWith("hybrid ", StringComparison.Ordinal)))
        {
            // Up to a pipe: what is behind it is another program.
            var parsed = Program.Parse(Words(example.Split(" | ")[0])[1..]);
            Assert.True(parsed.Errors.Count == 0, $"{example}: {string.Join(' ', parsed.Errors.Select(error => error.Message))}");
            Assert.Null(UnknownOption.Find(parsed));
        }
    }

    /// <summary>A command line's words, as a shell splits them.</summary>
    private static List<string> Words(string line)
    {
        var words = new List<string>();
        foreach (Match match in ShellWord().Matches(line)) words.Add(match.Value.Replace("\\\"", "\"", StringComparison.Ordinal).Trim('\'', '"'));
        return words;
    }

    [GeneratedRegex("""(?:'[^']*'|"[^"]*"|[^\s'"])+""")]
    private static partial Regex ShellWord();
}
