using HybridStore.Lake.Foreign;
using HybridStore.Native.Posix;
using HybridStore.Schema;

namespace HybridStore.Lake;

/// <summary>Compares a dataset on disk with its log: finds everything that is not as it was committed.</summary>
/// <remarks>Changes nothing; other processes may write meanwhile, and are not taken for damage.</remarks>
internal sealed class LakeVerifier
{
    private const string RestoreLog = "Restore the file from a backup of the log.";
    private const int AttemptsMax = 16;
    private const string RestoreData = "Restore it from a backup, or remove the rows and ingest their source again.";

    private readonly LakeTable _table;
    private readonly LakePaths _paths;
    private readonly List<LakeProblem> _problems = [];
    private readonly List<LakeProblem> _notes = [];
    private readonly HashSet<string> _removed = new(StringComparer.Ordinal);

    internal LakeVerifier(LakeTable table, LakePaths paths)
    {
        _table = table;
        _paths = paths;
    }

    internal VerifyReport Run(bool deep, CancellationToken cancellationToken)
    {
        var listing = LogListing.Of(_paths);
        CheckLog(listing, cancellationToken);

        // In this order: what enters the tree after it was listed is in an intent or in the snapshot.
        var tree = Tree();
        var writing = Living();
        LakeSnapshot? snapshot = null;
        try
        {
            snapshot = _table.TryLoad();
        }
        catch (StoreException error) when (error.Kind == StoreErrorKind.CorruptStore)
        {
            if (_problems.Count == 0) _problems.Add(new LakeProblem(_paths.Log, error.Message, RestoreLog));
        }

        if (snapshot is null) return new VerifyReport(-1, 0, 0, 0, _problems);
        writing.UnionWith(Living());
        CheckOrphans(tree, snapshot, writing);
        CheckFiles(snapshot, deep, cancellationToken);
        return new VerifyReport(snapshot.Version, snapshot.Files.Count, snapshot.Files.Sum(file => file.RowCount), snapshot.Files.Sum(file => file.SizeBytes), _problems) { Notes = _notes };
    }

    private void CheckLog(LogListing listing, CancellationToken cancellationToken)
    {
        if (listing.Latest is not { } latest) return;
        _problems.AddRange(new CheckpointVerifier(_paths, listing).Check(cancellationToken));
        var first = listing.Commits.Count == 0 ? 0 : listing.Commits.Min();
        if (first > 0 && !listing.Checkpoints.Any(checkpoint => checkpoint >= first - 1)) first = 0;
        for (var version = first; version <= latest; version++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var path = _paths.Commit(version);
            if (!listing.Commits.Contains(version))
            {
                _problems.Add(new LakeProblem(path, $"expected version {version} of the log, found none", RestoreLog));
                continue;
            }

            try
            {
                var commit = DeltaLogReader.Read(path, version);
                _removed.UnionWith(commit.Removes.Select(remove => remove.Path));
                CheckCompactions(listing, version);
                if (version == 0 && (commit.Protocol is null || commit.Metadata is null))
                {
                    _problems.Add(new LakeProblem(path, "expected 'protocol' and 'metaData' in the first version, found none", RestoreLog));
                }
            }
            catch (StoreException error)
            {
                _problems.Add(new LakeProblem(path, error.Message, RestoreLog));
            }
        }
    }

    private void CheckCompactions(LogListing listing, long from)
    {
        foreach (var to in listing.CompactionsFrom(from))
        {
            try
            {
                DeltaLogReader.Read(_paths.Compaction(from, to), to, from);
            }
            catch (StoreException error)
            {
                _problems.Add(new LakeProblem(_paths.Compaction(from, to), error.Message, "Remove the file: it only repeats what the commits say."));
            }
        }
    }

    private void CheckOrphans(List<string> tree, LakeSnapshot snapshot, HashSet<string> writing)
    {
        var live = snapshot.Files.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        var dead = Intents(new LakeRecovery(_paths, new LakeDisk()).DeadTransactions());
        foreach (var path in tree)
        {
            // What the log removed waits for readers of older versions, where other programs let it lie: 'hybrid vacuum' takes it when it is due.
            if (live.Contains(path) || writing.Contains(path) || _removed.Contains(path) || IsHidden(path) || !File.Exists(_paths.Data(path))) continue;
            _problems.Add(new LakeProblem(
                _paths.Data(path),
                $"expected only files of version {snapshot.Version}, found one that the log does not have: a plain glob counts its rows",
                dead.Contains(path)
                    ? "A write that was killed left it there: run 'hybrid vacuum', or write anything to the dataset; both repair it."
                    : "No writer of hybrid left it there: remove it, or move it out and adopt it as a dataset of its own."));
        }
    }

    /// <summary>Names that the protocol keeps from readers, such as Spark's checksums and files of change data, and the lists of deleted rows beside the data.</summary>
    private static bool IsHidden(string path) =>
        path.Split('/').Any(part => part[0] is '_' or '.') || (Path.GetFileName(path).StartsWith("deletion_vector_", StringComparison.Ordinal) && path.EndsWith(".bin", StringComparison.Ordinal));

    private void CheckFiles(LakeSnapshot snapshot, bool deep, CancellationToken cancellationToken)
    {
        using var contents = deep ? new DataFileVerifier(snapshot.Dataset, snapshot.Protocol.WidensTypes) : null;
        foreach (var file in snapshot.Files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (CheckWhileItMoves(snapshot, file, contents, cancellationToken) is { } problem) _problems.Add(problem);
            else if (contents?.FindHindrance(snapshot.Locate(file), file, cancellationToken) is { } note) _notes.Add(note);
        }
    }

    /// <summary>Checks a file where it is: other processes may replace it meanwhile, so that it moves, and delete it when nobody needs it any more.</summary>
    private LakeProblem? CheckWhileItMoves(LakeSnapshot snapshot, DataFile file, DataFileVerifier? contents, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var path = snapshot.Locate(file);
            var problem = TryCheck(snapshot, file, path, contents, cancellationToken);
            if (problem is null) return null;
            if (File.Exists(path) && snapshot.Locate(file) == path) return problem;
            var isLive = snapshot.IsNewest() || _table.TryLoad()?.Files.Any(live => live.Path == file.Path) == true;
            if (!isLive && !File.Exists(snapshot.Locate(file))) return null; // Replaced, and vacuumed since.
            if (attempt == AttemptsMax || (isLive && !File.Exists(snapshot.Locate(file)))) return problem;
        }
    }

    private LakeProblem? TryCheck(LakeSnapshot snapshot, DataFile file, string path, DataFileVerifier? contents, CancellationToken cancellationToken)
    {
        try
        {
            return CheckFile(snapshot, file, path) ?? contents?.Check(path, file, cancellationToken);
        }
        catch (IOException error) when (!SystemFailure.IsShortage(error.Message))
        {
            return new LakeProblem(path, $"expected a readable file, found: {error.Message}", "See to the disk and the rights of the file.");
        }
    }

    private LakeProblem? CheckFile(LakeSnapshot snapshot, DataFile file, string path)
    {
        if (!File.Exists(path)) return new LakeProblem(path, $"expected a file of {file.RowCount} rows, found none", RestoreData);
        if (path != _paths.Data(file.Path) && _table.TryLoad()!.Files.Any(live => live.Path == file.Path))
        {
            return new LakeProblem(_paths.Data(file.Path), $"expected a live file, found it in {path}", "Move it back: the log counts its rows, and a plain glob does not.");
        }

        if (_paths.FindLink(path) is not null) return new LakeProblem(path, "expected a file in the dataset's own folders, found a symbolic link on the way to it", "Put the file itself there: whoever owns the link's target can change the rows.");
        if (new FileInfo(path).Length is var sizeBytes && sizeBytes != file.SizeBytes) return new LakeProblem(path, $"expected {file.SizeBytes} bytes, found {sizeBytes}", RestoreData);
        if (ParquetFooter.TryRowCount(path) is var rowCount && rowCount != file.RowCount)
        {
            return new LakeProblem(path, $"expected {file.RowCount} rows, found {(rowCount is null ? "no Parquet footer" : $"{rowCount}")}", RestoreData);
        }

        var folder = PartitionPath.Folder(snapshot.Dataset.Partitioning, snapshot.Dataset.Partitioning.IsBySymbol() ? file.Symbol : null, file.Days);
        if (file.IsForeign) return CheckForeign(snapshot, path, file);
        return file.Path.StartsWith(folder + "/", StringComparison.Ordinal)
            ? null
            : new LakeProblem(
                path,
                $"expected it in the folder {folder}",
                $"A plain glob shows another symbol or day for them: run 'hybrid repartition {snapshot.Dataset.Partitioning.ToText()}'.");
    }

    /// <summary>What the log itself tells of a file of another program.</summary>
    private static LakeProblem? CheckForeign(LakeSnapshot snapshot, string path, DataFile file)
    {
        var key = PartitionPath.TimeKey(snapshot.Dataset.Partitioning);
        if (file.Days == DataFile.AnyDay) return new LakeProblem(path, $"expected a {key} in the log's partition values, found none: commands that need the day of its rows stop there", ForeignValueSql.Advice);
        // A trading day may lie beside the calendar day of its times.
        return file.TimeDays.Widened(1, 1).Overlaps(file.Days)
            ? null
            : new LakeProblem(path, $"expected times of its {key}, {file.Days}, found times of {file.TimeDays} by the log's bounds", ForeignValueSql.Advice);
    }

    /// <summary>Files below the dataset, but for the hidden folders.</summary>
    private List<string> Tree()
    {
        if (!Directory.Exists(_paths.Folder)) return [];
        return [.. Directory.EnumerateFileSystemEntries(_paths.Folder)
            .Where(path => Path.GetFileName(path)[0] is not ('_' or '.'))
            .SelectMany(path => Directory.Exists(path) ? Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories) : [path])
            .Select(path => Path.GetRelativePath(_paths.Folder, path))];
    }

    /// <summary>Files that writers under way bring into the tree or take out of it.</summary>
    private HashSet<string> Living() => Intents(new LakeRecovery(_paths, new LakeDisk()).LivingTransactions());

    private HashSet<string> Intents(IEnumerable<string> transactions)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        foreach (var id in transactions)
        {
            try
            {
                var intent = LakeIntent.Read(_paths.Intent(id));
                paths.UnionWith(intent.Enter);
                paths.UnionWith(intent.Leave);
            }
            catch (IOException)
            {
                // It has not come to its intent yet, or it ended meanwhile.
            }
            catch (StoreException error)
            {
                _problems.Add(new LakeProblem(_paths.Intent(id), error.Message, "Nothing can be written until the folder is gone."));
            }
        }

        return paths;
    }
}
