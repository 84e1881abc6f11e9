using System.CommandLine;
using HybridStore.Lake;

namespace HybridStore.Cli.Options;

/// <summary><c>--dataset</c>, of the commands that look after the lake.</summary>
internal static class DatasetOption
{
    internal static Option<string?> Create() => new("--dataset") { Description = "Default: the store's only dataset", HelpName = "NAME" };

    /// <summary>The table that the option names.</summary>
    internal static LakeTable Open(Store store, string? name) => new(store.Paths.Dataset(DatasetChoice.OneName(store, name)), TimeProvider.System);
}
