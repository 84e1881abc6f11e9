namespace HybridStore.Lake;

/// <summary>Writes a Parquet checkpoint of version 1, and <c>_last_checkpoint</c>.</summary>
/// <remarks>FORMAT.md, "Checkpoints". Source: Delta protocol, "Checkpoints".</remarks>
internal sealed class CheckpointWriter
{
    private readonly LakePaths _paths;
    private readonly LakeDisk _disk;
    private readonly string _draftFolder;

    /// <param name="paths">The dataset's.</param>
    /// <param name="disk">The disk.</param>
    /// <param name="draftFolder">Where files may be half written.</param>
    internal CheckpointWriter(LakePaths paths, LakeDisk disk, string draftFolder)
    {
        _paths = paths;
        _disk = disk;
        _draftFolder = draftFolder;
    }

    /// <summary>Writes the checkpoint, and the note that it is the newest, unless both are there.</summary>
    /// <param name="snapshot">The version.</param>
    /// <param name="sum">All that leads to it.</param>
    /// <param name="cancellationToken">Interrupts.</param>
    internal void Write(LakeSnapshot snapshot, DeltaReconciliation sum, CancellationToken cancellationToken)
    {
        var noted = NotedVersion();
        if (File.Exists(_paths.Checkpoint(snapshot.Version)) && noted >= snapshot.Version) return;
        var actions = Path.Combine(_draftFolder, "checkpoint.json");
        _disk.Write(actions, file => sum.WriteTo(file, snapshot.Dataset.Partitioning, range: null));
        var draft = Path.Combine(_draftFolder, "checkpoint.draft");
        long rowCount;
        using (var database = BoundedDatabase.Open(spillFolder: Path.Combine(_draftFolder, "spill")))
        using (var connection = database.Connect())
        {
            rowCount = connection.Execute(LakeSql.WriteCheckpoint(actions, draft), cancellationToken);
        }

        var (sizeBytes, checksum) = ParquetFile.Measure(draft);
        _disk.SyncFile(draft);

        // The note waits beside it, so that whoever settles this transaction can bring it to its place.
        _disk.Write(Note, file => file.Write(new LastCheckpoint(snapshot.Version, rowCount, sizeBytes, snapshot.Files.Count, checksum).ToBytes()));
        _disk.SyncFolder(_draftFolder);
        _disk.Replace(draft, _paths.Checkpoint(snapshot.Version));
        _disk.SyncFolder(_paths.Log);
        Finish();
    }

    /// <summary>Brings the note of a checkpoint that is in its place to its own; without one, does nothing.</summary>
    internal void Finish()
    {
        if (TryRead(Note) is not { } last || last.Version < NotedVersion()) return;
        var path = _paths.Checkpoint(last.Version);
        if (!File.Exists(path) || ParquetFile.Hash(path) != last.Checksum) return;
        _disk.Replace(Note, _paths.LastCheckpoint);
        _disk.SyncFolder(_paths.Log);
    }

    private string Note => Path.Combine(_draftFolder, "last_checkpoint.draft");

    private long NotedVersion() => TryRead(_paths.LastCheckpoint)?.Version ?? -1;

    private static LastCheckpoint? TryRead(string path)
    {
        try
        {
            return LastCheckpoint.TryRead(path);
        }
        catch (StoreException)
        {
            return null; // Damaged: it is written anew, and 'verify' named it until then.
        }
    }
}
