using HybridStore.Lake;
using HybridStore.Native.Posix;
using HybridStore.Query.Arrow;
using HybridStore.Schema;

namespace HybridStore.Query.Export;

/// <summary>Writes rows of a dataset to files outside of the store: whole, or not at all.</summary>
/// <param name="store">The store.</param>
/// <param name="time">The clock.</param>
/// <remarks>
/// DuckDB reads ahead of what it writes as far as its memory reaches, so it gets little: 9.47 M quotes and twice as many take the same, and no longer. Rows come by symbol and time in layouts by
/// symbol, else by date, symbol and time.
/// </remarks>
public sealed class Exporter(StorePaths store, TimeProvider time)
{
    /// <summary>Room for the longest ending: a name has at most 255 bytes.</summary>
    private const int NameBytesMax = 240;

    /// <summary>For each thread, and once more, where the user set no limit.</summary>
    private const long ThreadMemoryBytes = 256L << 20;

    /// <summary>Runs an export.</summary>
    /// <param name="request">What.</param>
    /// <param name="limits">Memory and threads.</param>
    /// <param name="cancellationToken">Stops; nothing is left behind.</param>
    /// <exception cref="StoreException">Usage: there is no such dataset, symbol or column, or the target is taken. Environment: the disk is full. CorruptStore: a file is damaged.</exception>
    /// <exception cref="IOException">The disk refused.</exception>
    public ExportReport Run(ExportRequest request, QueryOptions limits, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        limits = limits with { MemoryBytesMax = limits.MemoryBytesMax ?? ThreadMemoryBytes * (1 + (limits.ThreadsMax ?? Environment.ProcessorCount)) };
        var sources = QuerySource.AllOf(store, time);
        var source = sources.FirstOrDefault(one => one.Name.Equals(request.Dataset, StringComparison.OrdinalIgnoreCase))
            ?? throw new StoreException(StoreErrorKind.Usage, $"There is no dataset '{request.Dataset}'. {Suggestion.For(request.Dataset, [.. sources.Select(one => one.Name)])}");
        var snapshot = source.Load();
        var columns = ColumnsOf(snapshot.Dataset, request);
        var files = request.IsSplit
            ? WriteFolder(snapshot, columns, request, limits, cancellationToken)
            : [WriteFile(snapshot, columns, request, limits, cancellationToken)];
        return new ExportReport(snapshot.Dataset.Name, snapshot.Version, request.Path, files.Sum(file => file.Rows), files.Sum(file => file.Bytes), files, time.GetElapsedTime(started).TotalSeconds);
    }

    private ExportedFile WriteFile(LakeSnapshot snapshot, IReadOnlyList<Column> columns, ExportRequest request, QueryOptions limits, CancellationToken cancellationToken)
    {
        using var file = new ResultFile(request.Path, store, request.Replaces);
        using var engine = QueryEngine.Open([QuerySource.Of(snapshot)], limits with { OutputPath = file.PartialPath });
        if (request.Symbols is not null) RequireSymbols(engine, snapshot, request.Symbols);
        var select = ExportSql.Select(snapshot.Dataset, columns, request, request.Symbols, IsSorted(snapshot));
        var rows = Write(engine, select, file.PartialPath, request.Format, cancellationToken);
        var bytes = new FileInfo(file.PartialPath).Length;
        cancellationToken.ThrowIfCancellationRequested();
        file.Publish();
        return new ExportedFile(request.Path, null, rows, bytes);
    }

    private List<ExportedFile> WriteFolder(LakeSnapshot snapshot, IReadOnlyList<Column> columns, ExportRequest request, QueryOptions limits, CancellationToken cancellationToken)
    {
        using var folder = new ResultFolder(request.Path, store, request.Replaces, "." + request.Format.ToText());
        using var engine = QueryEngine.Open([QuerySource.Of(snapshot)], limits with { OutputFolder = folder.PartialPath });
        if (request.Symbols is not null) RequireSymbols(engine, snapshot, request.Symbols);
        var files = new List<ExportedFile>();
        foreach (var symbol in SymbolsOf(engine, snapshot.Dataset, request))
        {
            var name = $"{FileName(symbol)}.{request.Format.ToText()}";
            var path = Path.Combine(folder.PartialPath, name);
            var select = ExportSql.Select(snapshot.Dataset, columns, request, [symbol], IsSorted(snapshot));
            var rows = Write(engine, select, path, request.Format, cancellationToken);
            DurableFile.SyncFile(path);
            files.Add(new ExportedFile(Path.Combine(request.Path, name), symbol, rows, new FileInfo(path).Length));
        }

        cancellationToken.ThrowIfCancellationRequested();
        folder.Publish();
        return files;
    }

    private static long Write(QueryEngine engine, string select, string path, ExportFormat format, CancellationToken cancellationToken)
    {
        if (format != ExportFormat.Arrow) return engine.Write(select, path, format, null, cancellationToken);
        using var file = File.Create(path);
        using var batches = engine.RunArrow(select, null, cancellationToken);
        return ArrowOutput.Write(batches, file, isFile: true);
    }

    /// <summary>As the lake names a symbol's folder; there something stands before it, here a dot would hide the file.</summary>
    private static string FileName(string? symbol) => PartitionPath.EncodeWithin(symbol, NameBytesMax) is ['.', .. var rest] ? "%2E" + rest : PartitionPath.EncodeWithin(symbol, NameBytesMax);

    private static List<string?> SymbolsOf(QueryEngine engine, Dataset dataset, ExportRequest request)
    {
        var symbols = TextsOf(engine, ExportSql.Symbols(dataset, request));
        return request.Symbols is { } wanted ? [.. symbols.Where(symbol => symbol is not null && wanted.Contains(symbol))] : symbols;
    }

    private static void RequireSymbols(QueryEngine engine, LakeSnapshot snapshot, IReadOnlyList<string> wanted)
    {
        var known = snapshot.Dataset.Partitioning.IsBySymbol()
            ? snapshot.Files.Select(file => file.Symbol).OfType<string>().ToHashSet(StringComparer.Ordinal)
            : TextsOf(engine, ExportSql.Symbols(snapshot.Dataset, new ExportRequest { Dataset = snapshot.Dataset.Name, Path = "", Format = default })).OfType<string>().ToHashSet(StringComparer.Ordinal);
        if (wanted.FirstOrDefault(symbol => !known.Contains(symbol)) is { } missing)
        {
            throw new StoreException(StoreErrorKind.Usage, $"Dataset '{snapshot.Dataset.Name}' has no symbol '{missing}'. {Suggestion.For(missing, known)}");
        }
    }

    private static List<string?> TextsOf(QueryEngine engine, string sql)
    {
        var texts = new List<string?>();
        using var reader = engine.Run(sql);
        while (reader.Read())
        {
            for (var row = 0; row < reader.Chunk.RowCount; row++) texts.Add(ValueText.Of(reader.Chunk.Column(0), row));
        }

        return texts;
    }

    private static List<Column> ColumnsOf(Dataset dataset, ExportRequest request)
    {
        if (request.Columns is not { } names) return [.. dataset.Columns];
        return [.. names.Select(name => Find(dataset, name)
            ?? throw new StoreException(StoreErrorKind.Usage, $"Dataset '{dataset.Name}' has no column '{name}'. {Suggestion.For(name, [.. dataset.Columns.Select(column => column.Name)])}"))];
    }

    private static Column? Find(Dataset dataset, string name)
    {
        if (dataset.Find(name) is { } own) return own;
        if (name.Equals(Dataset.DateColumn, StringComparison.OrdinalIgnoreCase)) return new Column(Dataset.DateColumn, new ColumnType(ColumnKind.Date));
        return name.Equals(Dataset.SymbolAlias, StringComparison.OrdinalIgnoreCase) ? new Column(Dataset.SymbolAlias, new ColumnType(ColumnKind.Varchar)) : null;
    }

    /// <summary>
    /// Files are sorted inside, and read in the order of their paths: only a partition whose files overlap in time needs sorting, which
    /// takes memory up to the limit, and then disk.
    /// </summary>
    private static bool IsSorted(LakeSnapshot snapshot)
    {
        var isBySymbol = snapshot.Dataset.Partitioning.IsBySymbol();
        return snapshot.Files.Zip(snapshot.Files.Skip(1)).All(pair =>
            Path.GetDirectoryName(pair.First.Path) != Path.GetDirectoryName(pair.Second.Path) || (isBySymbol && snapshot.IsBefore(pair.First, pair.Second)));
    }
}
