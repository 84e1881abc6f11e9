using HybridStore.Lake;

namespace HybridStore.Query;

/// <summary>A dataset that statements may name, loaded when one does.</summary>
/// <param name="Name">The dataset's name.</param>
/// <param name="Folder">The dataset's folder, absolute: files below it may be read.</param>
/// <param name="Load">Gives its snapshot; called at most once by an engine.</param>
public sealed record QuerySource(string Name, string Folder, Func<LakeSnapshot> Load)
{
    /// <summary>A snapshot that is loaded already.</summary>
    /// <param name="snapshot">Of any version.</param>
    public static QuerySource Of(LakeSnapshot snapshot) => new(snapshot.Dataset.Name, snapshot.Folder, () => snapshot);

    /// <summary>Every dataset of a store, at its newest version when a statement first names it.</summary>
    /// <param name="store">Where the store is.</param>
    /// <param name="time">The clock.</param>
    public static IReadOnlyList<QuerySource> AllOf(StorePaths store, TimeProvider time) =>
    [
        .. LakeTable.Datasets(store).Select(name => new QuerySource(name, store.Dataset(name), () =>
            new LakeTable(store.Dataset(name), time).TryLoad()
                ?? throw new StoreException(StoreErrorKind.CorruptStore, $"{store.Dataset(name)}: the dataset's commit log went away. Run 'hybrid verify'."))),
    ];
}
