using System.Collections.Concurrent;
using HybridStore.Lake.Foreign;
using HybridStore.Native.Posix;
using HybridStore.Schema;

namespace HybridStore.Lake;

/// <summary>A change to a dataset that happens whole or not at all.</summary>
/// <remarks>
/// <see cref="Stage"/> and <see cref="Add"/> may be called from several threads at a time, the rest from one. Disposing without
/// a commit leaves nothing behind. FORMAT.md, "Transactions".
/// </remarks>
public sealed class LakeTransaction : IDisposable
{
    private const int AttemptsMax = 1000;

    private readonly LakePaths _paths;
    private readonly LakeDisk _disk;
    private readonly TimeProvider _time;
    private readonly LakeSnapshot? _basis;
    private readonly Lazy<HashSet<string>> _basisPaths;
    private readonly string _operation;
    private readonly bool _dataChange;
    private readonly string _id;
    private readonly FileLock _lock;
    private readonly ConcurrentDictionary<string, DeltaAdd> _adds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DataFile> _removes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _resets = new(StringComparer.Ordinal);
    private readonly LakeDependencies _dependencies;
    private Dataset? _newDataset;
    private LakeSnapshot? _description;
    private LakeIntent? _intent;
    private int _fileCount;
    private bool _isCommitted;
    private bool _ended;

    internal LakeTransaction(LakePaths paths, LakeDisk disk, TimeProvider time, LakeSnapshot? basis, string operation, bool dataChange)
    {
        _paths = paths;
        _disk = disk;
        _time = time;
        _basis = basis;
        _basisPaths = new(() => [.. (basis?.Files ?? []).Select(file => file.Path)]);
        _operation = operation;
        _dataChange = dataChange;
        _dependencies = new LakeDependencies(paths, basis);
        (_id, _lock) = TakeId();
        try
        {
            disk.MakeFolder(paths.Transaction(_id));
        }
        catch
        {
            _lock.Dispose(); // Nobody can dispose what was never made; the next writer removes the file.
            throw;
        }
    }

    /// <summary>The dataset as this change leaves it.</summary>
    /// <exception cref="InvalidOperationException">The table is to be made, and <see cref="SetDataset"/> was not called.</exception>
    public Dataset Dataset => _newDataset ?? _basis?.Dataset ?? throw new InvalidOperationException("A new table needs SetDataset first.");

    /// <summary>A folder for drafts, gone when the transaction ends.</summary>
    internal string DraftFolder => _paths.Transaction(_id);

    /// <summary>The size of the files added so far.</summary>
    internal long BytesAdded => _adds.Values.Sum(add => add.SizeBytes);

    /// <summary>Makes the table, or changes what it is.</summary>
    /// <param name="dataset">The new description; named as the folder.</param>
    /// <exception cref="StoreException">Usage: its columns collide with those that the folders give it.</exception>
    public void SetDataset(Dataset dataset)
    {
        DeltaSchema.Check(dataset);
        _newDataset = dataset;
        _dependencies.DependOnAll();
    }

    /// <summary>Makes the table what it was at an earlier version, with all settings and with what that asked of readers and writers.</summary>
    internal void SetDescription(LakeSnapshot then)
    {
        SetDataset(then.Dataset);
        _description = then;
    }

    /// <summary>Names a new data file to write.</summary>
    /// <param name="symbol">The one symbol whose rows it will hold; null for rows without one, and in time-major layouts.</param>
    /// <param name="days">Exactly a partition's days: see <see cref="PartitionPath.DaysOf"/>.</param>
    /// <exception cref="ArgumentException">There is no such partition in the dataset's layout.</exception>
    public StagedFile Stage(string? symbol, DateRange days)
    {
        var partitioning = Dataset.Partitioning;
        if (symbol is not null && !partitioning.IsBySymbol()) throw new ArgumentException($"The layout {partitioning} has no folders by symbol.", nameof(symbol));
        var name = $"{_id}-{Interlocked.Increment(ref _fileCount):D5}.parquet";
        return new StagedFile(DraftFolder, $"{PartitionPath.Folder(partitioning, symbol, days)}/{name}", symbol, days);
    }

    /// <summary>Takes a written file into the change: checks that it is whole, and hashes it.</summary>
    /// <param name="file">From <see cref="Stage"/>, written and closed: columns and order as FORMAT.md says.</param>
    /// <param name="rowCount">Its rows, at least 1.</param>
    /// <param name="statistics">What the writer knows of its columns; may be empty.</param>
    /// <exception cref="StoreException">Environment: the file is not whole.</exception>
    /// <exception cref="IOException">The disk refused.</exception>
    public void Add(StagedFile file, long rowCount, IReadOnlyList<ColumnStatistics> statistics) =>
        AddDescribed(file, rowCount, DeltaStatistics.From(Dataset, rowCount, statistics).Json.ToArray());

    /// <summary>The same with the statistics as Delta keeps them, from <see cref="DeltaStatistics.From"/>.</summary>
    internal void AddDescribed(StagedFile file, long rowCount, byte[] statistics)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rowCount, 1);
        var (sizeBytes, checksum) = ParquetFile.Measure(file.StagingPath);
        var add = new DeltaAdd
        {
            Path = file.Path,
            Symbol = file.Symbol,
            Time = PartitionPath.TimeValue(Dataset.Partitioning, file.Days),
            SizeBytes = sizeBytes,
            ModifiedMs = _time.GetUtcNow().ToUnixTimeMilliseconds(),
            DataChange = _dataChange,
            RowCount = rowCount,
            Checksum = checksum,
            AddedVersion = -1,
            Statistics = statistics,
        };
        if (!_adds.TryAdd(file.Path, add)) throw new ArgumentException($"{file.Path} was added before.", nameof(file));
    }

    /// <summary>Brings a file back that left the table, under a new name: a name enters the tree only once.</summary>
    /// <param name="source">Where it is.</param>
    /// <param name="file">What the log said of it.</param>
    /// <exception cref="StoreException">CorruptStore: it is not as it was committed.</exception>
    /// <exception cref="IOException">The disk refused.</exception>
    /// <remarks>A file of another program stays one: it is read by what the log says, not as if hybrid had written it.</remarks>
    internal void Restore(string source, DataFile file)
    {
        var staged = Stage(Dataset.Partitioning.IsBySymbol() ? file.Symbol : null, file.Days);
        _disk.Link(source, staged.StagingPath);
        Add(staged, file.RowCount, file.Statistics);
        if (file.IsForeign) _adds[staged.Path] = _adds[staged.Path] with { Checksum = 0 };
        else if (_adds[staged.Path].Checksum is var found && found != file.Checksum)
        {
            throw new StoreException(StoreErrorKind.CorruptStore, $"{source}: expected the checksum {file.Checksum:x16}, found {found:x16}. Restore the file from a backup.");
        }
    }

    /// <summary>Takes a file of another program in as it is: a further name of it, or a copy where that cannot be.</summary>
    /// <param name="source">Where it is; it stays there.</param>
    /// <param name="file">Its partition, rows and statistics.</param>
    /// <exception cref="StoreException">Environment: the file is not whole.</exception>
    /// <exception cref="IOException">The disk refused.</exception>
    internal void Take(string source, DataFile file)
    {
        var staged = Stage(Dataset.Partitioning.IsBySymbol() ? file.Symbol : null, file.Days);
        _disk.Link(source, staged.StagingPath);
        Add(staged, file.RowCount, file.Statistics);
    }

    /// <summary>Merges new rows into a partition by a key: its files are replaced by one without duplicates.</summary>
    /// <param name="symbol">As for <see cref="Stage"/>.</param>
    /// <param name="days">Exactly a partition's days.</param>
    /// <param name="newFiles">Parquet files with the dataset's columns, older rows first; they stay where they are.</param>
    /// <param name="key">The columns that make rows the same; all columns for exact duplicates only.</param>
    /// <param name="keepLast">True: the newest row of a key stays. False: the oldest.</param>
    /// <param name="cancellationToken">Interrupts.</param>
    /// <returns>What became of the rows; nothing is rewritten where no new row stays.</returns>
    /// <exception cref="StoreException">Environment: DuckDB failed.</exception>
    /// <exception cref="IOException">The disk refused.</exception>
    /// <remarks>In bounded memory: the old rows only stream by, and what is sorted or looked up spills to the staging folder.</remarks>
    public PartitionMerge MergePartition(
        string? symbol, DateRange days, IReadOnlyList<string> newFiles, IReadOnlyList<string> key, bool keepLast, CancellationToken cancellationToken)
    {
        DependOn(symbol, days);
        var old = (_basis?.Files ?? []).Where(file => file.Symbol == symbol && file.Days == days && !_removes.ContainsKey(file.Path)).ToList();
        using var rewriter = new LakeRewriter(this);
        IReadOnlyList<RowSource> sources = [.. old.Count == 0 ? [] : rewriter.Sources(_basis!, old, cancellationToken), .. RowSource.OfDrafts(newFiles)];
        var (oldStays, newStays) = rewriter.CountMerged(sources, old.Count, key, keepLast, cancellationToken);
        var merge = new PartitionMerge(old.Sum(file => file.RowCount), oldStays, newStays);
        if (newStays == 0 && oldStays == merge.RowsBefore)
        {
            // The new rows are duplicates only as long as the old ones stay.
            foreach (var file in old) _dependencies.Replace(file.Path);
            return merge;
        }

        foreach (var file in old) Remove(file);
        rewriter.Write(Stage(symbol, days), sources, LakeSql.Merged(Dataset, sources, old.Count, key, keepLast), cancellationToken);
        return merge;
    }

    /// <summary>Takes a file out of the table.</summary>
    /// <param name="file">A file of the snapshot that this change began from.</param>
    /// <exception cref="ArgumentException">It is none of those.</exception>
    public void Remove(DataFile file)
    {
        if (!_basisPaths.Value.Contains(file.Path)) throw new ArgumentException($"{file.Path} is no file of the snapshot.", nameof(file));
        _removes[file.Path] = file;
        _dependencies.Replace(file.Path);
    }

    /// <summary>Makes the commit conflict when another writer adds rows to a partition that this change was computed from.</summary>
    /// <param name="symbol">As for <see cref="Stage"/>.</param>
    /// <param name="days">Exactly a partition's days.</param>
    public void DependOn(string? symbol, DateRange days) => _dependencies.DependOn(symbol, PartitionPath.TimeValue(Dataset.Partitioning, days));

    /// <summary>Makes the commit conflict when another writer changes any rows.</summary>
    public void DependOnAll() => _dependencies.DependOnAll();

    /// <summary>Records that an application's work is part of this change, so that it is never committed twice.</summary>
    /// <param name="appId">Which work: for a source file, by its content.</param>
    /// <param name="version">Its number, from 0; a higher one may be committed again.</param>
    public void SetAppTransaction(string appId, long version) => _dependencies.AppTransactions[appId] = version;

    /// <summary>Makes the commit conflict when another writer's has an application transaction that says the same work was done.</summary>
    /// <param name="isSame">Told each id of the others' commits.</param>
    internal void RefuseAppTransactions(Func<string, bool> isSame) => _dependencies.IsSameWork = isSame;

    /// <summary>Takes an application's work back to an earlier number, or, with -1, altogether.</summary>
    internal void ResetAppTransaction(string appId, long version) => _resets[appId] = version;

    /// <summary>Makes the change the table's next version, durably; appends of other writers in between do no harm.</summary>
    /// <param name="details">What the log will say.</param>
    /// <param name="cancellationToken">Looked at before each attempt; not once the version is published.</param>
    /// <returns>The version, or why there is none; then nothing changed.</returns>
    /// <exception cref="InvalidOperationException">The rows do not add up, or the change was committed before.</exception>
    /// <exception cref="StoreException">Environment: too many other writers, or the version stands but the work after it failed.</exception>
    /// <exception cref="IOException">The disk refused, and nothing was committed; unless it only refused to sync the log after the version was there, which the log tells.</exception>
    public CommitOutcome Commit(CommitDetails details, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        CheckAccounts(details);
        var recovery = new LakeRecovery(_paths, _disk);
        var version = (_basis?.Version ?? -1) + 1;
        if (_dependencies.FindConflict(ref version) is { } early) return early;
        Prepare(recovery);
        for (var attempt = 1; attempt <= AttemptsMax; attempt++)
        {
            cancellationToken.ThrowIfCancellationRequested();

            // Once more now that the intent is there: a cleanup of the log that does not know of it took only versions before this one.
            if (_dependencies.FindConflict(ref version) is { } conflict) return conflict;
            var candidate = Path.Combine(_paths.Transaction(_id), "commit.json");
            _disk.Write(candidate, file => WriteTo(file, details, version));
            if (_disk.TryPublish(candidate, _paths.Commit(version)))
            {
                End(version);
                return new CommitOutcome(version, CommitConflict.None, "") { FilesAdded = _adds.Count, BytesAdded = BytesAdded, Note = _disk.HasHardLinks ? null : NoHardLinks() };
            }
        }

        throw new StoreException(StoreErrorKind.Environment, $"{_paths.Log}: {AttemptsMax} other commits came first, one after the other. Try again when fewer writers are at work.");
    }

    /// <summary>Ends the change; without a commit, as if it had never begun.</summary>
    public void Dispose()
    {
        if (_ended) return;
        _ended = true;
        try
        {
            new LakeRecovery(_paths, _disk).Settle(_id, _isCommitted, _intent);
            if (_basis is null)
            {
                _disk.RemoveEmpty(_paths.Log, _paths.Folder);
                _disk.RemoveEmpty(_paths.Staging, Path.GetDirectoryName(_paths.Folder)!);
            }
        }
        finally
        {
            _lock.Dispose();
        }
    }

    private (string Id, FileLock Lock) TakeId()
    {
        while (true)
        {
            // Time-ordered, so that the files of a folder sort by when they came; a clock before 1970 is wrong, but no reason to fail.
            var now = _time.GetUtcNow();
            var id = Guid.CreateVersion7(now < DateTimeOffset.UnixEpoch ? DateTimeOffset.UnixEpoch : now).ToString("N");
            _disk.MakeFolder(_paths.Staging);
            try
            {
                if (FileLock.TryTake(_paths.TransactionLock(id)) is { } taken) return (id, taken);
            }
            catch (DirectoryNotFoundException)
            {
                // Another writer rolled back the making of this table at the same moment: make the folder again.
            }
        }
    }

    private void CheckAccounts(CommitDetails details)
    {
        var accounted = details.RowsStored + details.RowsRejected + details.RowsDeduplicated + details.RowsFiltered;
        if (details.RowsRead != accounted)
        {
            throw new InvalidOperationException(
                $"Rows read ({details.RowsRead}) must equal stored + rejected + deduplicated + filtered ({details.RowsStored} + {details.RowsRejected} + {details.RowsDeduplicated} + {details.RowsFiltered}).");
        }

        var added = _adds.Values.Sum(add => add.RowCount ?? 0);
        if (_removes.Count == 0 && _dataChange && added != details.RowsStored)
        {
            throw new InvalidOperationException($"The files added hold {added} rows, but {details.RowsStored} are said to be stored.");
        }
    }

    /// <summary>Brings the files into the tree, with a durable note of how to take them out again.</summary>
    private void Prepare(LakeRecovery recovery)
    {
        _disk.MakeFolder(_paths.Log);
        var folder = _paths.Transaction(_id);
        var adds = _adds.Values.OrderBy(add => add.Path, StringComparer.Ordinal).ToList();
        _paths.RequireNoLinks(adds.Select(add => add.Path).Concat(_removes.Keys));
        _disk.SyncFiles(folder, adds.Select(add => _paths.Staged(_id, Path.GetFileName(add.Path))), adds.Count);
        var draft = Path.Combine(folder, "intent.draft");
        _intent = new LakeIntent(_basis?.Version ?? -1, [.. adds.Select(add => add.Path)], [.. _removes.Keys.Order(StringComparer.Ordinal)]);
        _disk.Write(draft, _intent.WriteTo);
        _disk.Replace(draft, _paths.Intent(_id));
        recovery.SyncFolders([_paths.Intent(_id), _paths.Commit(0)]);
        if (_basis is null) _disk.SyncFolder(Path.GetDirectoryName(_paths.Folder)!);
        foreach (var add in adds) _disk.Enter(_paths.Staged(_id, Path.GetFileName(add.Path)), _paths.Data(add.Path));
        recovery.SyncFolders(adds.Select(add => _paths.Data(add.Path)));
    }

    private string NoHardLinks() =>
        $"{_paths.Folder}: this file system has no hard links. Commits are made by an exclusive rename instead, which is as safe for the programs of one machine; undo copies files. Other machines should not write here.";

    private void WriteTo(Stream output, CommitDetails details, long version)
    {
        var now = _time.GetUtcNow();
        using var log = new DeltaLogWriter(output);
        log.CommitInfo(now, _operation, _id, version, details, _adds.Count, _removes.Count);
        if (_description is { Metadata: { } earlier })
        {
            if (!_description.Protocol.IsSame(_basis!.Protocol)) log.Protocol(_description.Protocol);
            log.Metadata(earlier);
        }
        else if (_newDataset is { } dataset)
        {
            var protocol = DeltaProtocol.For(DeltaSchema.NeedsTimestampNtz(dataset));
            if (_basis is null || protocol.ReaderVersion > _basis.Protocol.ReaderVersion) log.Protocol(protocol);
            log.Metadata(MetadataOf(dataset, now));
        }

        foreach (var (appId, number) in _dependencies.AppTransactions.Concat(_resets).OrderBy(pair => pair.Key, StringComparer.Ordinal)) log.AppTransaction(appId, number, now);
        if (_basis is not null)
        {
            foreach (var file in _removes.Values.OrderBy(file => file.Path, StringComparer.Ordinal)) log.Remove(_basis.Dataset.Partitioning, file, now, _dataChange);
        }

        foreach (var add in _adds.Values.OrderBy(add => add.Path, StringComparer.Ordinal)) log.Add(Dataset.Partitioning, add);
        log.Complete();
    }

    private DeltaMetadata MetadataOf(Dataset dataset, DateTimeOffset now)
    {
        var before = _basis?.Metadata;
        var configuration = new Dictionary<string, string>(before?.Configuration ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        foreach (var (key, value) in DeltaSchema.ToConfiguration(dataset)) configuration[key] = value;
        return new DeltaMetadata(
            before?.Id ?? Guid.NewGuid().ToString(),
            dataset.Name,
            DeltaSchema.ToSchemaString(dataset),
            DeltaSchema.PartitionColumns(dataset.Partitioning),
            configuration,
            before is null ? now.ToUnixTimeMilliseconds() : before.CreatedMs);
    }

    private void End(long version)
    {
        _isCommitted = true;
        try
        {
            new LogCompactor(_paths, _disk, _paths.Transaction(_id)).Run(version, Dataset.Partitioning);
            Dispose();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(
                StoreErrorKind.Environment,
                $"{_paths.Folder}: the change is committed as version {version}, but the work after it failed ({error.Message}): files that it replaced may still be in the tree. The next write finishes it.",
                error);
        }
    }
}
