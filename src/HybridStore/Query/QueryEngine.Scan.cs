using System.Text;
using HybridStore.Lake;
using HybridStore.Lake.Foreign;
using HybridStore.Native.DuckDb;
using HybridStore.Schema;

namespace HybridStore.Query;

/// <content>Scans: rows in order of time, without SQL of the caller's.</content>
public sealed partial class QueryEngine
{
    /// <summary>For the rows of a period that a scan sorts; texts of more than 12 bytes come on top.</summary>
    private const long SortedBytesMax = 1L << 30;

    /// <summary>Reads rows of symbols in order of time, without copying them.</summary>
    /// <param name="request">Which.</param>
    /// <param name="cancellationToken">Interrupts, also while rows are read.</param>
    /// <returns>The rows; dispose it.</returns>
    /// <exception cref="StoreException">Usage: there is no such dataset or column. Otherwise as <see cref="Run"/>.</exception>
    public ScanReader Scan(ScanRequest request, CancellationToken cancellationToken = default) => ScanOwned(request, owned: null, cancellationToken);

    /// <summary>A dataset as this engine sees it, from the first look on.</summary>
    /// <param name="name">In any case.</param>
    /// <exception cref="StoreException">Usage: there is no such dataset.</exception>
    public LakeSnapshot Snapshot(string name) => _sources.TryGetValue(name, out var source)
        ? source.Value
        : throw new StoreException(StoreErrorKind.Usage, $"There is no dataset '{name}'. {Suggestion.For(name, _sources.Keys)}");

    internal ScanReader ScanOwned(ScanRequest request, IDisposable? owned, CancellationToken cancellationToken)
    {
        var snapshot = Snapshot(request.Dataset);
        foreach (var name in request.Columns) CheckColumn(snapshot.Dataset, name);
        var days = new DateRange(request.From ?? DateOnly.MinValue, request.To ?? DateOnly.MaxValue);
        if (days.To < days.From) throw new ArgumentException($"The scan ends on {days.To:O}, before it begins on {days.From:O}.", nameof(request));
        var symbols = request.Symbols ?? AllSymbols(snapshot, days, cancellationToken);
        CheckSymbols(symbols);
        var wanted = symbols.ToHashSet(StringComparer.Ordinal);
        CheckFiles(snapshot, snapshot.Files.Where(file => file.DateDays.Overlaps(days) && (file.Symbol is null || wanted.Contains(file.Symbol))), cancellationToken);
        var sql = new ScanSql(snapshot, symbols, days, request.Columns, files => Sources(snapshot, files, cancellationToken));
        var sorter = new RowSorter(symbols);
        var rounds = ScanPlan.Make(snapshot, symbols, days, request.Order).Select(round => OpenRound(sql, round, sorter, cancellationToken));
        return new ScanReader(symbols, rounds, sorter, owned);
    }

    private static void CheckColumn(Dataset dataset, string name)
    {
        if (QuerySql.HasColumn(dataset, name)) return;
        throw new StoreException(
            StoreErrorKind.Usage,
            $"Dataset '{dataset.Name}' has no column '{name}'. {Suggestion.For(name, [.. dataset.Columns.Select(column => column.Name)])}");
    }

    private static void CheckSymbols(IReadOnlyList<string> symbols)
    {
        if (symbols.Count > ScanRequest.SymbolsMax) throw new ArgumentException($"A scan takes up to {ScanRequest.SymbolsMax} symbols, not {symbols.Count}. Leave them out to get all.", nameof(symbols));
        if (symbols.GroupBy(symbol => symbol, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice) throw new ArgumentException($"The symbol '{twice.Key}' is asked for twice.", nameof(symbols));
    }

    private List<string> AllSymbols(LakeSnapshot snapshot, DateRange days, CancellationToken cancellationToken)
    {
        var files = snapshot.Files.Where(file => file.DateDays.Overlaps(days)).ToList();
        var symbols = files.Select(file => file.Symbol).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var shared = files.Where(file => file.Symbol is null).ToList();
        if (shared.Count > 0)
        {
            using var reader = RunOwn(ScanSql.AllSymbols(snapshot.Dataset, Sources(snapshot, shared, cancellationToken)), cancellationToken);
            while (reader.Read())
            {
                var texts = reader.Chunk.Column(0);
                for (var row = 0; row < texts.RowCount; row++) symbols.Add(Encoding.UTF8.GetString(texts.Bytes(row)));
            }
        }

        return [.. symbols.Order(StringComparer.Ordinal)];
    }

    private IReadOnlyList<RowSource> Sources(LakeSnapshot snapshot, IReadOnlyList<DataFile> files, CancellationToken cancellationToken)
    {
        using var connection = Connect();
        return RowSource.Of(snapshot, files, connection, cancellationToken);
    }

    private List<ScanStream> OpenRound(ScanSql sql, IReadOnlyList<ScanSegment> round, RowSorter sorter, CancellationToken cancellationToken)
    {
        var streams = new List<ScanStream>();
        try
        {
            foreach (var segment in round)
            {
                streams.Add(FitsSorter(segment, sql.ColumnCount)
                    ? new ScanStream(segment, _ => OpenSorted(sql, segment, sorter, cancellationToken), sorter)
                    : new ScanStream(segment, skippedRows => OpenSegment(sql, segment, skippedRows, cancellationToken), sorter: null));
            }

            return streams;
        }
        catch
        {
            foreach (var stream in streams) stream.Dispose();
            throw;
        }
    }

    /// <summary>Whether rows of several symbols can be kept in memory, beside what else the statements may take; DuckDB would sort on the disk.</summary>
    private bool FitsSorter(ScanSegment segment, int columnCount)
    {
        if (segment.SymbolIndex is not null) return false;
        var bytesMax = Math.Min(SortedBytesMax, (_options.MemoryBytesMax ?? long.MaxValue) / 4);
        return segment.Files.Sum(file => file.RowCount) <= bytesMax / (RowSorter.RowBytes + (columnCount * DuckDbRowBuffer.ValueBytesMax));
    }

    /// <summary>All rows are read before the first one is given: when files move, it begins anew.</summary>
    private QueryReader OpenSorted(ScanSql sql, ScanSegment segment, RowSorter sorter, CancellationToken cancellationToken) => WhileFilesMove(() =>
    {
        sorter.Begin((int)segment.Files.Sum(file => file.RowCount), cancellationToken);
        var text = sql.StoredRows(segment);
        return Start(connection => connection.Prepare(text), text, sorter, owned: null, cancellationToken);
    });

    private QueryReader OpenSegment(ScanSql sql, ScanSegment segment, long skippedRows, CancellationToken cancellationToken) =>
        WhileFilesMove(() => RunOwn(sql.Rows(segment, skippedRows), cancellationToken));

    /// <summary>Runs a statement of the engine's own, which the sandbox need not look at.</summary>
    private QueryReader RunOwn(string sql, CancellationToken cancellationToken) => Start(connection => connection.Prepare(sql), sql, sorter: null, owned: null, cancellationToken);
}
