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

    /// <summary>Whether no later commit is there, so that no file of it can have moved yet.</summary>
    /// <returns>False too when its own commit is no longer in the log.</returns>
    internal bool IsNewest()
    {
        var paths = new LakePaths(Folder);
        return File.Exists(paths.Commit(Version)) && !File.Exists(paths.Commit(Version + 1));
    }

    /// <summary>Whether a file of it has left the tree since, and is kept elsewhere.</summary>
    internal bool HasMoved() => Files.Any(file => Locate(file) != new LakePaths(Folder).Data(file.Path));

    /// <summary>The files that may hold rows of some symbols on some days.</summary>
    /// <param name="symbols">The symbols; null for all.</param>
    /// <param name="days">The days.</param>
    public IEnumerable<DataFile> FilesOf(IReadOnlyCollection<string>? symbols, DateRange days) =>
        Files.Where(file => file.TimeDays.Overlaps(days) && (symbols is null || file.Symbol is null || symbols.Contains(file.Symbol)));

    /// <summary>Whether no row of a file is later than any of another, by their days or what their statistics say of the time.</summary>
    internal bool IsBefore(DataFile first, DataFile second)
    {
        if (first.IsForeign || second.IsForeign) return false; // Their bounds may be cut.
        if (first.Days.To < second.Days.From) return true;
        // Texts of times of one partition sort as the times do.
        return TimesOf(first)?.Maximum is { } last && TimesOf(second)?.Minimum is { } next && string.CompareOrdinal(last, next) <= 0;
    }

    /// <summary>What is known of the times in a file.</summary>
    internal ColumnStatistics? TimesOf(DataFile file) => file.Statistics.FirstOrDefault(column => column.Column == Dataset.TimeColumn);

    /// <summary>Reads files whole and compares each with its checksum, for those who want every answer sure.</summary>
    /// <param name="files">Some of <see cref="Files"/>.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <exception cref="StoreException">CorruptStore: a file is missing, or its bytes changed since the commit.</exception>
    /// <exception cref="IOException">The disk refused.</exception>
    public void RequireIntact(IEnumerable<DataFile> files, CancellationToken cancellationToken)
    {
        foreach (var file in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                if (IsIntact(file)) continue;
            }
            catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
            {
                throw new StoreException(StoreErrorKind.CorruptStore, $"{Locate(file)}: expected a file of {file.RowCount} rows, found none. Run 'hybrid verify'.", error);
            }

            throw new StoreException(StoreErrorKind.CorruptStore, $"{Locate(file)}: its bytes changed since they were committed. Nothing was read; run 'hybrid verify --deep' to see what is affected.");
        }
    }

    /// <summary>Reads a file whole and compares it with its checksum: DuckDB itself does not notice damage.</summary>
    /// <param name="file">One of <see cref="Files"/>.</param>
    /// <returns>False when its bytes changed since the commit; true too when another program wrote it and left no checksum.</returns>
    /// <exception cref="IOException">The file is gone, or the disk refused.</exception>
    public bool IsIntact(DataFile file)
    {
        if (file.Checksum == 0) return true;
        try
        {
            return ParquetFile.Hash(Locate(file)) == file.Checksum;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return ParquetFile.Hash(Locate(file)) == file.Checksum; // It moved between the two: once, ever.
        }
    }
}
