using HybridStore.Schema;

namespace HybridStore.Lake;

/// <summary>A dataset on disk: an open Delta Lake table in a folder whose tree is also true for a plain glob.</summary>
/// <remarks>Thread-safe, and safe beside any number of other processes. FORMAT.md says what is on the disk.</remarks>
public sealed class LakeTable
{
    private const int LoadAttemptsMax = 8;

    private readonly LakePaths _paths;
    private readonly TimeProvider _time;
    private readonly LakeDisk _disk;

    /// <summary>Names a dataset; touches nothing.</summary>
    /// <param name="folder">The dataset's folder, absolute; it need not exist yet.</param>
    /// <param name="time">The clock for what the log says about when.</param>
    public LakeTable(string folder, TimeProvider time)
        : this(folder, time, new LakeDisk())
    {
    }

    internal LakeTable(string folder, TimeProvider time, LakeDisk disk)
    {
        _paths = new LakePaths(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        _time = time;
        _disk = disk;
    }

    /// <summary>The dataset's folder, absolute.</summary>
    internal string Folder => _paths.Folder;

    /// <summary>The datasets of a store.</summary>
    /// <param name="store">Where the store is.</param>
    /// <returns>The names of the folders that have a commit log, sorted.</returns>
    public static IReadOnlyList<string> Datasets(StorePaths store)
    {
        if (!Directory.Exists(store.Lake)) return [];
        return [.. Directory.EnumerateDirectories(store.Lake)
            .Where(folder => LogListing.Exists(new LakePaths(folder)))
            .Select(folder => Path.GetFileName(folder))
            .Order(StringComparer.Ordinal)];
    }

    /// <summary>Reads the table.</summary>
    /// <param name="version">Which version; null for the latest.</param>
    /// <returns>Null when there is no table.</returns>
    /// <exception cref="StoreException">CorruptStore: the log has a gap, is damaged, or beyond what hybrid knows. Usage: there is no such version.</exception>
    /// <exception cref="IOException">The disk refused.</exception>
    public LakeSnapshot? TryLoad(long? version = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            var log = LogListing.Of(_paths);
            try
            {
                return TryLoad(log, version);
            }
            catch (Exception error) when (attempt < LoadAttemptsMax && error is FileNotFoundException or StoreException { Kind: StoreErrorKind.CorruptStore } && !LogListing.Of(_paths).HasSameFiles(log))
            {
                // Versions were cleaned up, or came, while the folder was listed: look again.
            }
        }
    }

    /// <summary>Begins a change. Finishes or rolls back first what dead writers left.</summary>
    /// <param name="basis">The snapshot that the change is computed from; null to make the table.</param>
    /// <param name="operation">The word for it in the log, such as <c>ingest</c>.</param>
    /// <param name="dataChange">False when rows only move, as in a compaction.</param>
    /// <exception cref="StoreException">CorruptStore: another program set the table up so that hybrid cannot write it.</exception>
    /// <exception cref="IOException">The disk refused.</exception>
    public LakeTransaction Begin(LakeSnapshot? basis, string operation, bool dataChange = true) => Begin(basis, operation, returnsTo: basis, dataChange);

    /// <summary>Begins a change that brings an earlier version back, and with it what that asks of writers.</summary>
    /// <inheritdoc cref="Begin(LakeSnapshot?, string, bool)"/>
    internal LakeTransaction Begin(LakeSnapshot? basis, string operation, LakeSnapshot? returnsTo, bool dataChange = true)
    {
        if ((WriteRefusal(returnsTo) ?? AppendOnlyRefusal(basis)) is { } refusal)
        {
            throw new StoreException(StoreErrorKind.CorruptStore, $"{_paths.Log}: writing needs {refusal}, which hybrid does not know. It can only read this table.");
        }

        new LakeRecovery(_paths, _disk).Run();
        return new LakeTransaction(_paths, _disk, _time, basis, operation, dataChange);
    }

    /// <summary>Whether another program set the table up so that hybrid can only read it.</summary>
    internal bool CanBeWritten() => WriteRefusal(TryLoad()) is null;

    private static string? WriteRefusal(LakeSnapshot? basis) => basis?.Protocol.WriteRefusal ?? AppendOnlyRefusal(basis);

    private static string? AppendOnlyRefusal(LakeSnapshot? basis) =>
        basis?.Metadata?.Configuration.TryGetValue("delta.appendOnly", out var appendOnly) == true && appendOnly == "true" ? "the setting delta.appendOnly" : null;

    /// <summary>The newest version of the log, whether or not the table can be read at it; null when there is no table.</summary>
    internal long? LatestVersion() => LogListing.Of(_paths).Latest;

    /// <summary>The newest version as far as going back from it needs: also where it uses what hybrid does not know, or has lost its settings.</summary>
    /// <param name="then">The version to go back to.</param>
    internal LakeSnapshot LoadForUndo(LakeSnapshot then)
    {
        var log = LogListing.Of(_paths);
        return Replay(log, log.Latest!.Value).ToSnapshot(then.Dataset);
    }

    /// <summary>Finishes or rolls back what dead writers left; <see cref="Begin(LakeSnapshot?, string, bool)"/> does so too.</summary>
    /// <exception cref="StoreException">CorruptStore: the log, or a dead writer's note, is damaged.</exception>
    /// <exception cref="IOException">The disk refused.</exception>
    public void Recover() => new LakeRecovery(_paths, _disk).Run();

    /// <summary>Who has something in the staging folder now; changes nothing.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public LakeWriters Writers() => new LakeRecovery(_paths, _disk).Writers();

    /// <summary>Looks for everything that is not as it was committed; changes nothing.</summary>
    /// <param name="deep">Reads all data: checksums, every value, statistics, order. Otherwise log, names, sizes and row counts.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="IOException">The disk refused to list a folder.</exception>
    public VerifyReport Verify(bool deep, CancellationToken cancellationToken) => new LakeVerifier(this, _paths).Run(deep, cancellationToken);

    /// <summary>Who changed the table, when and how: newest first.</summary>
    /// <param name="countMax">How many versions at most.</param>
    /// <exception cref="StoreException">CorruptStore: a commit is missing or damaged.</exception>
    /// <exception cref="IOException">The disk refused.</exception>
    public IReadOnlyList<LakeHistoryEntry> History(int countMax = int.MaxValue)
    {
        var log = LogListing.Of(_paths);
        var entries = new List<LakeHistoryEntry>();
        for (var version = log.Latest ?? -1; version >= 0 && entries.Count < countMax; version--)
        {
            if (!log.Commits.Contains(version))
            {
                // Versions before a checkpoint may have been cleaned up by the program that wrote it.
                if (log.Checkpoints.Any(checkpoint => checkpoint >= version)) break;
                throw log.Gap(version);
            }

            entries.Add(LakeHistoryEntry.From(DeltaLogReader.Read(_paths.Commit(version), version)));
        }

        return entries;
    }

    /// <summary>Makes the table hold exactly what it held at an earlier version, as a new version.</summary>
    /// <param name="version">The version to go back to; null for the one before the latest.</param>
    /// <param name="cancellationToken">Stops before the commit.</param>
    /// <returns>The new version; a conflict when another writer came in between.</returns>
    /// <exception cref="StoreException">Usage: there is no such version, or a file of it was vacuumed. CorruptStore: a file of it is damaged.</exception>
    /// <exception cref="IOException">The disk refused.</exception>
    public CommitOutcome Undo(long? version, CancellationToken cancellationToken) => new LakeUndo(this).Run(version, cancellationToken);

    /// <summary>Deletes what was replaced longer ago than a limit; those versions can then no longer be read or restored.</summary>
    /// <param name="olderThan">How long replaced files are kept.</param>
    /// <param name="dryRun">Only says what would go.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <exception cref="StoreException">CorruptStore: the log cannot be read.</exception>
    /// <exception cref="IOException">The disk refused.</exception>
    public VacuumReport Vacuum(TimeSpan olderThan, bool dryRun, CancellationToken cancellationToken) =>
        new LakeVacuum(_paths, _disk, _time).Run(olderThan, dryRun, cancellationToken);

    /// <summary>Deletes versions of the log older than a limit, behind a checkpoint that stands for them; they can then no longer be read or restored.</summary>
    /// <param name="olderThan">How long versions are kept.</param>
    /// <param name="dryRun">Only says what would go.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <returns>The log's files, and the oldest version that is left.</returns>
    /// <remarks>Writes a checkpoint: see <see cref="WriteCheckpoint"/> for what a plain glob must then be.</remarks>
    /// <exception cref="StoreException">CorruptStore: the log cannot be read.</exception>
    /// <exception cref="IOException">The disk refused.</exception>
    public VacuumReport CleanLog(TimeSpan olderThan, bool dryRun, CancellationToken cancellationToken) =>
        new LakeLogCleanup(this, _paths, _disk, _time).Run(olderThan, dryRun, cancellationToken);

    /// <summary>Writes a Parquet checkpoint of the latest version, for other engines that replay long logs slowly.</summary>
    /// <returns>The version; null when there is no table.</returns>
    /// <remarks>Its name ends in .parquet, as Delta wants: a plain glob must then be <c>*=*/**/*.parquet</c>. FORMAT.md, "Folders".</remarks>
    /// <exception cref="StoreException">CorruptStore: the log cannot be read.</exception>
    /// <exception cref="IOException">The disk refused.</exception>
    public long? WriteCheckpoint(CancellationToken cancellationToken)
    {
        if (TryLoad() is not { } snapshot) return null;
        using var transaction = Begin(snapshot, "checkpoint");
        var sum = new DeltaReconciliation();
        foreach (var commit in new LogReader(_paths, LogListing.Of(_paths)).ReadAll(snapshot.Version)) sum.Apply(commit);
        new CheckpointWriter(_paths, _disk, transaction.DraftFolder).Write(snapshot, sum, cancellationToken);
        return snapshot.Version;
    }

    /// <summary>Merges small files of a partition to fewer, larger ones; rows stay as they are, in order.</summary>
    /// <param name="targetBytes">What a merged file may have; files of half of it and more are left alone.</param>
    /// <param name="cancellationToken">Stops; what was committed by then stays.</param>
    /// <exception cref="StoreException">CorruptStore: the log cannot be read. Environment: other writers were in the way again and again.</exception>
    /// <exception cref="IOException">The disk refused.</exception>
    public CompactReport Compact(long targetBytes, CancellationToken cancellationToken) => new LakeCompaction(this, targetBytes).Run(cancellationToken);

    /// <summary>Lays the table out in another way; rows stay as they are.</summary>
    /// <param name="partitioning">The new layout, or the one that it has: rows move that lie on other days by today's zones.</param>
    /// <param name="cancellationToken">Stops before the commit.</param>
    /// <returns>The new version; a conflict when another writer changed rows meanwhile.</returns>
    /// <exception cref="StoreException">Usage: there is no table, nothing is to be moved, or one of its columns is in the way.</exception>
    /// <exception cref="IOException">The disk refused.</exception>
    public CommitOutcome Repartition(Partitioning partitioning, CancellationToken cancellationToken) => new LakeRepartition(this).Run(partitioning, cancellationToken);

    /// <summary>Makes the table from a folder of Parquet files, hive-partitioned or not, that any program wrote; that folder stays as it is.</summary>
    /// <param name="folder">Where the files are: at any depth, but not in folders whose names begin with <c>_</c> or a dot.</param>
    /// <param name="request">What the files do not say.</param>
    /// <param name="cancellationToken">Stops before the commit.</param>
    /// <returns>The new table's version 0; a conflict when another writer made it meanwhile.</returns>
    /// <exception cref="StoreException">Usage: the table is there already, or the request does not fit the files. SourceData: the files hold what a dataset cannot.</exception>
    /// <exception cref="IOException">The disk refused.</exception>
    /// <remarks>
    /// Takes the files themselves, as further names of the same bytes (copies, on another file system): each must have all columns inside with a dataset's
    /// types, rows of one partition in order, and statistics that are true. <see cref="AdoptRequest.Rewrites"/> writes them anew instead.
    /// </remarks>
    public CommitOutcome Adopt(string folder, AdoptRequest request, CancellationToken cancellationToken) =>
        new LakeAdoption(this, Path.GetFileName(_paths.Folder)).Run(folder, request, cancellationToken);

    /// <summary>The columns of a folder of Parquet files that is to be adopted, those that stand in the names of its folders too.</summary>
    /// <param name="folder">As for <see cref="Adopt"/>.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="StoreException">SourceData: there are no files, or they have columns that a dataset cannot hold.</exception>
    public static IReadOnlyList<Column> FindAdoptableColumns(string folder, CancellationToken cancellationToken) => LakeAdoption.FindColumns(folder, cancellationToken);

    /// <summary>Which partitions' rows changed behind one version, up to another.</summary>
    /// <param name="version">The version to begin behind; -1 to begin with the first.</param>
    /// <param name="to">The last version.</param>
    /// <returns>Null when the log does not tell: it no longer has, or never had, those versions.</returns>
    /// <exception cref="StoreException">CorruptStore: the log is damaged.</exception>
    internal IReadOnlyList<PartitionChange>? ChangesBehind(long version, long to) =>
        version > to || (version >= 0 && !File.Exists(_paths.Commit(version))) ? null : LakeChanges.Find(_paths, version < 0 ? null : TryLoad(version), to);

    private LakeSnapshot? TryLoad(LogListing log, long? version)
    {
        if (log.Latest is not { } latest) return null;
        if (version < 0 || version > latest)
        {
            throw new StoreException(StoreErrorKind.Usage, $"Dataset '{Path.GetFileName(_paths.Folder)}' has versions up to {latest}, and no {version}. See 'hybrid log'.");
        }

        if (!log.Commits.Contains(0) && log.Checkpoints is [var oldest, ..] && version < oldest)
        {
            throw new StoreException(StoreErrorKind.Usage, $"Dataset '{Path.GetFileName(_paths.Folder)}' no longer has version {version}: its log begins at version {oldest}. See 'hybrid log'.");
        }

        return Replay(log, version ?? latest).ToSnapshot();
    }

    private LakeReplay Replay(LogListing log, long version)
    {
        var replay = new LakeReplay(_paths.Folder);
        foreach (var commit in new LogReader(_paths, log).ReadAll(version)) replay.Apply(commit);
        return replay;
    }
}
