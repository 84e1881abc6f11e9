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

    /// <summary>What readers and writers of the table must know.</summary>
    internal DeltaProtocol Protocol { get; init; } = DeltaProtocol.For(timestampNtz: false);

    /// <summary>The table's own description, as the log has it; null for one that was not read from a log.</summary>
    internal DeltaMetadata? Metadata { get; init; }

    /// <summary>Where a file's bytes are now.</summary>
    /// <param name="file">One of <see cref="Files"/>.</param>
    /// <returns>Absolute: in the tree, or where it is kept since a later commit replaced it; in the tree too when it is in neither.</returns>
    /// <remarks>A reader that opens the file and misses it asks again, once: the file may have moved in between.</remarks>
    public string Locate(DataFile file)
    {
        var paths = new LakePaths(Folder);
        var live = paths.Data(file.Path);
        if (File.Exists(live)) return live;
        var retired = paths.RetiredData(file.Path);
        return File.Exists(retired) ? retired : live;
    }

    /// <summary>Reads a file whole and compares it with its checksum: DuckDB itself does not notice damage.</summary>
    /// <param name="file">One of <see cref="Files"/>.</param>
    /// <returns>False when its bytes changed since the commit; true too when another program wrote it and left no checksum.</returns>
    /// <exception cref="IOException">The file is gone, or the disk refused.</exception>
    public bool IsIntact(DataFile file) => file.Checksum == 0 || ParquetFile.Hash(Locate(file)) == file.Checksum;
}
