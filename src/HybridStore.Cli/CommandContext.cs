using HybridStore.Cli.Output;

namespace HybridStore.Cli;

/// <summary>What every command knows: which store, how to print, and where to.</summary>
/// <param name="Store">The store's folder; it need not exist.</param>
/// <param name="IsJson">Whether the result is one JSON object.</param>
/// <param name="IsQuiet">Whether progress and notes are left out.</param>
/// <param name="AnswersYes">Whether every question is answered with yes.</param>
/// <param name="HasColor">Whether colours are wanted where the terminal can show them.</param>
/// <param name="Out">Results.</param>
/// <param name="Error">Everything else.</param>
/// <param name="IsErrorTerminal">Whether a person watches <paramref name="Error"/>.</param>
internal sealed record CommandContext(
    string Store, bool IsJson, bool IsQuiet, bool AnswersYes, bool HasColor, TextWriter Out, TextWriter Error, bool IsErrorTerminal)
{
    /// <summary>Opens the store.</summary>
    /// <exception cref="StoreException">There is none, or it is broken.</exception>
    internal Store OpenStore() => HybridStore.Store.Open(Store, Environment.GetEnvironmentVariable);

    /// <summary>Asks before something is destroyed.</summary>
    /// <exception cref="StoreException">Usage: the answer is no, or nobody is there to ask and --yes was not given.</exception>
    internal void Confirm(string question)
    {
        if (AnswersYes) return;
        if (Console.IsInputRedirected) throw new StoreException(StoreErrorKind.Usage, $"{question} Nobody is there to ask: give --yes.");
        Error.Write($"{question} [y/N] ");
        if (Console.In.ReadLine()?.Trim().ToUpperInvariant() is not ("Y" or "YES")) throw new StoreException(StoreErrorKind.Usage, "Nothing was done.");
    }

    /// <summary>Colours for stdout, when it is a terminal.</summary>
    internal TextStyle OutStyle() => new(HasColor && !Console.IsOutputRedirected);

    /// <summary>Says something that is not the result.</summary>
    internal void Note(string text)
    {
        if (!IsQuiet) Error.WriteLine(text);
    }
}
