using System.CommandLine;
using System.CommandLine.Parsing;

namespace HybridStore.Cli.Options;

/// <summary>Finds words that look like an option and are none: the parser takes them for a file's or a dataset's name.</summary>
internal static class UnknownOption
{
    /// <summary>Looks for one.</summary>
    /// <returns>A sentence; null when there is none.</returns>
    internal static string? Find(ParseResult parsed)
    {
        foreach (var token in parsed.Tokens)
        {
            if (token.Type == TokenType.DoubleDash) return null;
            if (token.Type != TokenType.Argument || !LooksLikeOption(token.Value) || IsValueOfOption(parsed.CommandResult, token)) continue;
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

    /// <summary>Two dashes and a word; a comment of SQL has blanks.</summary>
    private static bool LooksLikeOption(string text)
    {
        if (text.Length < 3 || !text.StartsWith("--", StringComparison.Ordinal)) return false;
        var name = text.AsSpan(2);
        if (name.IndexOf('=') is var equals and >= 0) name = name[..equals];
        foreach (var character in name)
        {
            if (!char.IsAsciiLetter(character) && character != '-') return false;
        }

        return char.IsAsciiLetter(text[2]);
    }
}
