using System.Text;
using System.Text.Json;
using HybridStore.Native.DuckDb;
using HybridStore.Native.Posix;

namespace HybridStore.Lake;

/// <summary>Reads a Parquet checkpoint, hybrid's own or another program's.</summary>
/// <remarks>FORMAT.md, "Checkpoints".</remarks>
internal static class CheckpointReader
{
    /// <summary>All of the table at a version, as one commit.</summary>
    /// <exception cref="StoreException">CorruptStore: it is damaged, or beyond what hybrid knows.</exception>
    internal static DeltaCommit Read(LakePaths paths, long version)
    {
        var path = paths.Checkpoint(version);
        CheckBytes(path, LastCheckpoint.TryRead(paths.LastCheckpoint), version);
        var commit = new DeltaCommit(version);
        try
        {
            using var database = BoundedDatabase.Open();
            using var connection = database.Connect();
            using var result = connection.Query(LakeSql.CheckpointAsJson(path));
            while (result.Read())
            {
                for (var row = 0; row < result.Chunk.RowCount; row++) DeltaLogReader.ReadAction(result.Chunk.Column(0).Bytes(row).ToArray(), commit);
            }
        }
        catch (Exception error) when (IsDamage(error))
        {
            throw new StoreException(StoreErrorKind.CorruptStore, $"{path}: expected a checkpoint of the log, found what does not read ({error.Message.Split('\n')[0]}). Restore it from a backup.", error);
        }

        return commit.Protocol is not null && commit.Metadata is not null
            ? commit
            : throw new StoreException(StoreErrorKind.CorruptStore, $"{path}: expected 'protocol' and 'metaData' in the checkpoint, found none. Restore it from a backup.");
    }

    private static bool IsDamage(Exception error) => error is DuckDbException
        ? !SystemFailure.IsIn(error.Message)
        : error is JsonException or InvalidOperationException or FormatException or OverflowException or DecoderFallbackException;

    /// <summary>DuckDB takes most damage for values: so the bytes are compared first, where their checksum is known.</summary>
    private static void CheckBytes(string path, LastCheckpoint? last, long version)
    {
        if (last?.Version != version || last.Checksum is not { } expected || ParquetFile.Hash(path) is var found && found == expected) return;
        throw new StoreException(StoreErrorKind.CorruptStore, $"{path}: expected a checkpoint with the checksum {expected:x16}, found {found:x16}: its bytes changed. Restore it from a backup.");
    }
}
