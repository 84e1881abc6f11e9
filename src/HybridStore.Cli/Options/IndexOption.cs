using System.CommandLine;
using HybridStore.Hot;

namespace HybridStore.Cli.Options;

/// <summary><c>--index</c>, of the commands that load.</summary>
internal static class IndexOption
{
    internal static Option<string?> Create() => ChoiceOption.Create("--index", "btree", "The index of days that are not hot yet: by symbol and time, by block ranges of time, or none", "btree", "brin", "none");

    internal static HotIndex Read(string? text) => text switch
    {
        "brin" => HotIndex.Brin,
        "none" => HotIndex.None,
        _ => HotIndex.Btree,
    };
}
