using System.CommandLine;
using HybridStore.Hot;

namespace HybridStore.Cli.Options;

/// <summary><c>--index</c>, of the commands that load.</summary>
internal static class IndexOption
{
    internal static Option<string?> Create() => new("--index")
    {
        Description = "The index of days that are not hot yet: by symbol and time, the same and by time alone, by block ranges of time, none, or statements as in hybrid.json. Default: hybrid.json, else btree",
        HelpName = "btree|btree+time|brin|none|SQL",
    };

    /// <summary>What the option says.</summary>
    /// <returns>Null when it was not given: the dataset's policy counts.</returns>
    /// <exception cref="StoreException">Usage: it is no index.</exception>
    internal static HotIndex? Read(string? text)
    {
        if (text is null) return null;
        return HotIndex.TryParse(text, out var index, out var expected) ? index : throw new StoreException(StoreErrorKind.Usage, $"--index: expected {expected}, found '{text}'.");
    }
}
