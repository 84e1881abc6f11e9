using System.CommandLine;

namespace HybridStore.Cli.Options;

/// <summary>Makes options that take one of a few words.</summary>
internal static class ChoiceOption
{
    /// <param name="name">With its dashes.</param>
    /// <param name="defaultValue">One of <paramref name="values"/>, or null for none.</param>
    /// <param name="description">For the help.</param>
    /// <param name="values">The words.</param>
    internal static Option<string?> Create(string name, string? defaultValue, string description, params string[] values)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = string.Join('|', values) };
        if (defaultValue is not null) option.DefaultValueFactory = _ => defaultValue;
        option.CompletionSources.Add(values);
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !values.Contains(token.Value))
            {
                var nearest = Suggestion.Nearest(token.Value, values) is { } value ? $" Did you mean '{value}'?" : "";
                result.AddError($"{name}: expected {(values.Length == 1 ? "" : string.Join(", ", values[..^1]) + " or ")}{values[^1]}, found '{token.Value}'.{nearest}");
            }
        });
        return option;
    }
}
