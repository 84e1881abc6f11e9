using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;

namespace HybridStore.Cli.Options;

/// <summary>Finds words that look like an option and are none: the parser takes them for a file's or a dataset's name.</summary>
internal static partial class UnknownOption
{
    /// <summary>Looks for one.</summary>
    /// <returns>A sentence; null when there is none.</returns>
    internal static string? Find(ParseResult parsed)
    {
        foreach (var token in parsed.Tokens)
        {
            if (token.Type == TokenType.DoubleDash) return null;
            if (token.Type != TokenType.Argument || !LooksLikeOption().IsMatch(token.Value) || IsValueOfOption(parsed.CommandResult, token)) continue;
            var known = Known(parsed.CommandResult).Where(option => !option.Hidden).Select(option => option.Name).Distinct().ToList();
            var name = token.Value.Split('=')[0];
            return $"There is no option '{name}'. {(Suggestion.Nearest(name, known) is { } nearest ? $"Did you mean '{nearest}'?" : "")}".TrimEnd();
        }

        return null;
    }

    private static bool IsValueOfOption(CommandResult command, Token token) =>
        command.Children.OfType<OptionResult>().Any(option => option.Tokens.Any(value => ReferenceEquals(value, token)));

    private static IEnumerable<Option> Known(CommandResult command)
    {
        foreach (var option in command.Command.Options) yield return option;
        for (var parent = command.Parent as CommandResult; parent is not null; parent = parent.Parent as CommandResult)
        {
            foreach (var option in parent.Command.Options.Where(option => option.Recursive)) yield return option;
        }
    }

    [GeneratedRegex("^--[a-z][a-z-]*(=.*)?$", RegexOptions.IgnoreCase)]
    private static partial Regex LooksLikeOption();
}
