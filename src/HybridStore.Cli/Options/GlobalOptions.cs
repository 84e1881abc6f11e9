using System.CommandLine;

namespace HybridStore.Cli.Options;

/// <summary>The options that every command takes, before or after its name.</summary>
internal sealed class GlobalOptions
{
    internal Option<string?> Store { get; } = new("--store")
    {
        Description = "The store's folder. Default: HYBRID_STORE, else the nearest parent folder with hybrid.json, else ./data",
        HelpName = "DIR",
        Recursive = true,
    };

    internal Option<bool> Quiet { get; } = new("--quiet", "-q") { Description = "No progress and no notes: only the result and errors", Recursive = true };

    internal Option<string?> Format { get; } = ChoiceOption.Create("--format", "text", "How the result is printed: for people, or for scripts (one object on stdout)", "text", "json");

    internal Option<bool> Yes { get; } = new("--yes", "-y") { Description = "Answer yes to every question", Recursive = true };

    internal Option<bool> NoColor { get; } = new("--no-color") { Description = "No colours (also: NO_COLOR)", Recursive = true };

    internal void AddTo(RootCommand root)
    {
        root.Options.Add(Store);
        root.Options.Add(Quiet);
        Format.Recursive = true;
        root.Options.Add(Format);
        root.Options.Add(Yes);
        root.Options.Add(NoColor);
    }

    /// <summary>The store's folder, which need not exist.</summary>
    internal string StoreFolder(ParseResult parsed) =>
        HybridStore.Store.Locate(parsed.GetValue(Store), Environment.GetEnvironmentVariable("HYBRID_STORE"), Environment.CurrentDirectory);

    /// <summary>The context of the command that was parsed.</summary>
    internal CommandContext Context(ParseResult parsed) => new(
        Store: StoreFolder(parsed),
        IsJson: parsed.GetValue(Format) == "json",
        IsQuiet: parsed.GetValue(Quiet),
        AnswersYes: parsed.GetValue(Yes),
        HasColor: !parsed.GetValue(NoColor) && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")),
        Out: Console.Out,
        Error: Console.Error,
        IsErrorTerminal: !Console.IsErrorRedirected);
}
