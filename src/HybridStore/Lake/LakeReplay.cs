using HybridStore.Schema;

namespace HybridStore.Lake;

/// <summary>The state of a table while its log is replayed, version by version.</summary>
/// <remarks>Source: Delta protocol, "Action Reconciliation". Not thread-safe.</remarks>
internal sealed class LakeReplay
{
    private readonly string _folder;
    private readonly Dictionary<string, DeltaAdd> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _appTransactions = new(StringComparer.Ordinal);

    /// <param name="folder">The dataset's folder; its name is the dataset's.</param>
    internal LakeReplay(string folder) => _folder = folder;

    internal long Version { get; private set; } = -1;

    internal DeltaProtocol? Protocol { get; private set; }

    internal DeltaMetadata? Metadata { get; private set; }

    internal IReadOnlyDictionary<string, long> AppTransactions => _appTransactions;

    internal IReadOnlyCollection<DeltaAdd> Files => _files.Values;

    internal void Apply(DeltaCommit commit)
    {
        Version = commit.Version;
        Protocol = commit.Protocol ?? Protocol;
        Metadata = commit.Metadata ?? Metadata;
        foreach (var remove in commit.Removes) _files.Remove(remove.Path);
        foreach (var add in commit.Adds) _files[add.Path] = add;
        foreach (var (appId, version) in commit.AppTransactions)
        {
            // A negative version takes an earlier one back: see LakeUndo.
            if (version < 0) _appTransactions.Remove(appId);
            else _appTransactions[appId] = version;
        }
    }

    /// <summary>The table at the last version applied.</summary>
    /// <param name="replacedBy">
    /// What the table is going to be, where its files only have to be named to leave it: then nothing is refused, and a file of another layout
    /// has <see cref="DataFile.AnyDay"/>.
    /// </param>
    /// <exception cref="StoreException">CorruptStore: the log lacks what every log begins with, or a file's partition makes no sense.</exception>
    internal LakeSnapshot ToSnapshot(Dataset? replacedBy = null)
    {
        var log = new LakePaths(_folder).Log;
        if (Protocol is null || Metadata is null)
        {
            throw new StoreException(StoreErrorKind.CorruptStore, $"{log}: expected 'protocol' and 'metaData' up to version {Version}, found none. Restore the log from a backup.");
        }

        if (replacedBy is null && Protocol.ReadRefusal is { } refusal) throw Unsupported(refusal);
        var dataset = replacedBy ?? DeltaSchema.Parse(log, Path.GetFileName(_folder), Metadata.SchemaString, Metadata.Configuration, Metadata.PartitionColumns);
        var siblings = new Dictionary<string, DataFile>(StringComparer.Ordinal);
        var symbols = new Dictionary<string, string>(StringComparer.Ordinal);
        var files = new DataFile[_files.Count];
        var count = 0;
        foreach (var add in _files.Values) files[count++] = ToFile(add, dataset, siblings, symbols, isLeaving: replacedBy is not null);
        Array.Sort(files, static (left, right) => string.CompareOrdinal(left.Path, right.Path));
        return new LakeSnapshot
        {
            Folder = _folder,
            Version = Version,
            Dataset = dataset,
            Files = files,
            AppTransactions = _appTransactions,
            Protocol = Protocol,
            Metadata = Metadata,
        };
    }

    private StoreException Unsupported(string what) => new(
        StoreErrorKind.CorruptStore, $"{new LakePaths(_folder).Log}: the table uses {what}, which hybrid does not know. Use a newer hybrid, or the program that wrote it.");

    /// <param name="add">The file.</param>
    /// <param name="dataset">Whose.</param>
    /// <param name="siblings">By what a folder says of the time, the first file: its days are those of the others.</param>
    /// <param name="symbols">Each symbol's text, once.</param>
    /// <param name="isLeaving">Whether the file is only named to leave the table.</param>
    private DataFile ToFile(DeltaAdd add, Dataset dataset, Dictionary<string, DataFile> siblings, Dictionary<string, string> symbols, bool isLeaving)
    {
        if (!isLeaving && add.DeletionVector is not null) throw Unsupported($"a deletion vector, of the file '{add.Path}',");
        var isFirst = !siblings.TryGetValue(add.Time ?? "", out var sibling);
        var days = sibling?.Days ?? PartitionPath.TryParseTime(dataset.Partitioning, add.Time) ?? (isLeaving ? DataFile.AnyDay : (DateRange?)null) ?? throw new StoreException(
            StoreErrorKind.CorruptStore,
            $"{new LakePaths(_folder).Log}: the file '{add.Path}' has the {PartitionPath.TimeKey(dataset.Partitioning)} '{add.Time}', which is none. Remove the file with the program that added it.");
        var symbol = add.Symbol;
        if (symbol is not null && !symbols.TryAdd(symbol, symbol)) symbol = symbols[symbol];
        var file = new DataFile
        {
            Path = add.Path,
            Symbol = symbol,
            Days = days,
            SizeBytes = add.SizeBytes,
            RowCount = add.RowCount ?? RowCountOf(add),
            Checksum = add.Checksum,
            IsForeign = add.Checksum == 0,
            AddedVersion = add.AddedVersion,
            Url = add.Url,
            ModifiedMs = add.ModifiedMs,
            Statistics = new DeltaStatistics(add.Statistics, dataset),
        };
        if (isFirst) siblings.Add(add.Time ?? "", file);
        return file;
    }

    /// <summary>Where the log does not say it, the file's end does; a file that is gone has none, which whoever reads or verifies it finds.</summary>
    private long RowCountOf(DeltaAdd add)
    {
        var paths = new LakePaths(_folder);
        foreach (var path in (string[])[paths.Data(add.Path), paths.RetiredData(add.Path)])
        {
            if (File.Exists(path)) return ParquetFooter.TryRowCount(path) ?? 0;
        }

        return 0;
    }
}
