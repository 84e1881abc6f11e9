using HybridStore.Schema;

namespace HybridStore.Lake;

/// <summary>A dataset at one version: what it is, and exactly which files hold its rows.</summary>
/// <remarks>Immutable and thread-safe: the files stay readable while it is in use, also when later commits replace them.</remarks>
public sealed record LakeSnapshot
{
    /// <summary>The dataset's folder.</summary>
    public required string Folder { get; init; }

    /// <summary>The version, from 0.</summary>
    public required long Version { get; init; }

    /// <summary>Columns, symbol, time and layout.</summary>
    public required Dataset Dataset { get; init; }

    /// <summary>The live files, sorted by <see cref="DataFile.Path"/>, ordinal.</summary>
    public required IReadOnlyList<DataFile> Files { get; init; }

    /// <summary>What was committed under an application's id (Delta's <c>txn</c>): for a source file, by its content.</summary>
    public required IReadOnlyDictionary<string, long> AppTransactions { get; init; }
}
