using System.Text;
using System.Text.Json;
using HybridStore.Native.DuckDb;

namespace HybridStore.Lake;

/// <summary>Writes a Parquet checkpoint of version 1, and <c>_last_checkpoint</c>.</summary>
/// <remarks>FORMAT.md, "Checkpoints". Source: Delta protocol, "Checkpoints".</remarks>
internal sealed class CheckpointWriter
{
    private readonly LakePaths _paths;
    private readonly LakeDisk _disk;

    internal CheckpointWriter(LakePaths paths, LakeDisk disk)
    {
        _paths = paths;
        _disk = disk;
    }

    /// <summary>Writes the checkpoint, unless there is one.</summary>
    /// <param name="snapshot">The version.</param>
    /// <param name="commits">All that leads to it.</param>
    /// <param name="draftFolder">Where files may be half written.</param>
    /// <param name="cancellationToken">Interrupts.</param>
    internal void Write(LakeSnapshot snapshot, IEnumerable<DeltaCommit> commits, string draftFolder, CancellationToken cancellationToken)
    {
        if (File.Exists(_paths.Checkpoint(snapshot.Version))) return;
        var sum = new DeltaReconciliation();
        foreach (var commit in commits) sum.Apply(commit);
        var actions = Path.Combine(draftFolder, "checkpoint.json");
        _disk.Write(actions, sum.ToBytes(snapshot.Dataset.Partitioning, forCheckpoint: true));
        var draft = Path.Combine(draftFolder, "checkpoint.draft");
        long rowCount;
        using (var database = DuckDbDatabase.Open())
        using (var connection = database.Connect())
        {
            rowCount = connection.Execute(LakeSql.WriteCheckpoint(actions, draft), cancellationToken);
        }

        _disk.SyncFile(draft);
        _disk.TryPublish(draft, _paths.Checkpoint(snapshot.Version));
        var pointer = Path.Combine(draftFolder, "last_checkpoint.draft");
        _disk.Write(pointer, Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new Dictionary<string, long> { ["version"] = snapshot.Version, ["size"] = rowCount })));
        _disk.Replace(pointer, _paths.LastCheckpoint);
        _disk.SyncFolder(_paths.Log);
    }
}
