using HybridStore.Lake;

namespace HybridStore.Cli;

/// <summary>Finds the dataset that a command means; it may be left out when the store has only one.</summary>
internal static class DatasetChoice
{
    /// <summary>One dataset.</summary>
    /// <param name="store">The store.</param>
    /// <param name="name">As the user spelled it; null for the only one.</param>
    /// <exception cref="StoreException">Usage: there is none of that name, or which one is meant is not clear.</exception>
    internal static LakeSnapshot One(Store store, string? name)
    {
        var names = LakeTable.Datasets(store.Paths);
        if (name is null && names.Count != 1)
        {
            throw new StoreException(StoreErrorKind.Usage, names.Count == 0
                ? $"{store.Paths.Root}: the store has no dataset yet. Make one with 'hybrid ingest FILES'."
                : $"Which dataset? The store has {string.Join(", ", names)}: name one before the symbol.");
        }

        return Load(store, names, name ?? names[0]);
    }

    /// <summary>One dataset, or all.</summary>
    /// <inheritdoc cref="One"/>
    internal static IReadOnlyList<LakeSnapshot> OneOrAll(Store store, string? name)
    {
        var names = LakeTable.Datasets(store.Paths);
        return name is null && names.Count > 1 ? [.. names.Select(one => Load(store, names, one))] : [One(store, name)];
    }

    private static LakeSnapshot Load(Store store, IReadOnlyCollection<string> names, string name)
    {
        var folded = name.ToLowerInvariant();
        if (!names.Contains(folded)) throw new StoreException(StoreErrorKind.Usage, $"There is no dataset '{name}' in {store.Paths.Root}. {Suggestion.For(name, names)}");
        return new LakeTable(store.Paths.Dataset(folded), TimeProvider.System).TryLoad()!;
    }
}
