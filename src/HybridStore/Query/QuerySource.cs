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
}
