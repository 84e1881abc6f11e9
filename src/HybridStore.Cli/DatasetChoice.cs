using HybridStore.Lake;

namespace HybridStore.Cli;

/// <summary>Finds the dataset that a command means; it may be left out when the store has only one.</summary>
internal static class DatasetChoice
{
    /// <summary>One dataset.</summary>
    /// <param name="store">The store.</param>
    /// <param name="name">As the user spelled it; null for the only one.</param>
    /// <exception cref="StoreException">Usage: there is none of that name, or which one is meant is not clear.</exception>
    internal static LakeSnapshot One(Store store, string? name) => Load(store, OneName(store, name));

    /// <summary>One dataset's name.</summary>
    /// <inheritdoc cref="One"/>
    internal static string OneName(Store store, string? name)
    {
        var names = Names(store, name);
        return names.Count == 1
            ? names[0]
            : throw new StoreException(StoreErrorKind.Usage, $"Which dataset? The store has {string.Join(", ", names)}: name one.");
    }

    /// <summary>One dataset, or all.</summary>
    /// <inheritdoc cref="One"/>
    internal static IReadOnlyList<LakeSnapshot> OneOrAll(Store store, string? name) => [.. Names(store, name).Select(one => Load(store, one))];

    /// <summary>The name of one dataset, or of all.</summary>
    /// <inheritdoc cref="One"/>
    internal static IReadOnlyList<string> Names(Store store, string? name)
    {
        var names = LakeTable.Datasets(store.Paths);
        if (names.Count == 0) throw new StoreException(StoreErrorKind.Usage, $"{store.Paths.Root}: the store has no dataset yet. Make one with 'hybrid ingest FILES'.");
        if (name is null) return names;
        var folded = name.ToLowerInvariant();
        return names.Contains(folded) ? [folded] : throw new StoreException(StoreErrorKind.Usage, $"There is no dataset '{name}' in {store.Paths.Root}. {Suggestion.For(name, names)}");
    }

    private static LakeSnapshot Load(Store store, string name) => new LakeTable(store.Paths.Dataset(name), TimeProvider.System).TryLoad()!;
}
