using System.Data.Common;
using HybridStore.Query;
using HybridStore.Query.Ado;
using HybridStore.Query.Arrow;
using HybridStore.Schema;

namespace HybridStore;

/// <summary>One unchanging view of a store: each dataset stays at the version that it had when it was first asked for.</summary>
/// <remarks>
/// Thread-safe: any number of threads may ask, each reads its own reader. Statements of one session share its memory and threads. Readers that are
/// open when the session is disposed can be read to their end; they keep its memory and files until then.
/// </remarks>
public sealed class StoreSession : IDisposable
{
    private readonly string _folder;
    private readonly QueryEngine _engine;

    internal StoreSession(StorePaths store, QueryOptions? options)
    {
        _folder = store.Root;
        _engine = QueryEngine.Open(QuerySource.AllOf(store, TimeProvider.System), options);
    }

    /// <summary>What a dataset is: its columns, time zone and layout.</summary>
    /// <param name="name">In any case.</param>
    /// <exception cref="StoreException">Usage: there is no such dataset. CorruptStore: its commit log is damaged.</exception>
    public Dataset Dataset(string name) => _engine.Snapshot(name).Dataset;

    /// <summary>The version of a dataset that this session sees.</summary>
    /// <inheritdoc cref="Dataset"/>
    public long Version(string name) => _engine.Snapshot(name).Version;

    /// <inheritdoc cref="QueryEngine.Run"/>
    public QueryReader Query(string sql, IReadOnlyDictionary<string, object?>? parameters = null, CancellationToken cancellationToken = default) =>
        _engine.Run(sql, parameters, cancellationToken);

    /// <summary>Runs one statement that reads, and gives its rows as values of a type.</summary>
    /// <typeparam name="T">A record, class or struct with the columns' names (BidPrice is bid_price), or one value where there is one column.</typeparam>
    /// <param name="sql">As for <see cref="Query(string, IReadOnlyDictionary{string, object?}?, CancellationToken)"/>.</param>
    /// <param name="parameters">Values for <c>$name</c> by name, for <c>?</c> by number.</param>
    /// <param name="cancellationToken">Interrupts, also while rows are read.</param>
    /// <returns>The rows, computed as they are enumerated; each enumeration runs the statement.</returns>
    /// <exception cref="StoreException">While enumerated. Usage: the statement is wrong, or the type does not fit its columns. SourceData: a value does not fit the type.</exception>
    /// <exception cref="OperationCanceledException">While enumerated: the token was cancelled.</exception>
    public IEnumerable<T> Query<T>(string sql, IReadOnlyDictionary<string, object?>? parameters = null, CancellationToken cancellationToken = default)
    {
        using var reader = Query(sql, parameters, cancellationToken);
        var mapping = RowMapping<T>.ForResult(reader);
        while (reader.Read())
        {
            var rowCount = reader.Chunk.RowCount;
            for (var row = 0; row < rowCount; row++) yield return mapping.Make(reader, row, symbol: null);
        }
    }

    /// <summary>Reads rows of symbols in order of time, as spans in DuckDB's own memory.</summary>
    /// <param name="dataset">Which dataset.</param>
    /// <param name="symbols">The symbols, exactly as stored, each once; null for all.</param>
    /// <param name="from">The first partition date; null for the first there is.</param>
    /// <param name="to">The last partition date, included; null for the last there is.</param>
    /// <param name="columns">The columns beside the time.</param>
    /// <param name="order">Symbol after symbol, or all symbols in one order of time.</param>
    /// <param name="cancellationToken">Interrupts, also while rows are read.</param>
    /// <returns>The rows; dispose it.</returns>
    /// <exception cref="StoreException">Usage: there is no such dataset or column. CorruptStore: a file is damaged or missing.</exception>
    /// <exception cref="ArgumentException">A symbol is asked for twice, or the range ends before it begins.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ScanReader Scan(
        string dataset, IReadOnlyList<string>? symbols, DateOnly? from, DateOnly? to, IReadOnlyList<string> columns, ScanOrder order = ScanOrder.BySymbol, CancellationToken cancellationToken = default) =>
        _engine.Scan(new ScanRequest { Dataset = dataset, Symbols = symbols, From = from, To = to, Columns = columns, Order = order }, cancellationToken);

    /// <summary>Reads rows of symbols in order of time, as values of a type.</summary>
    /// <typeparam name="T">
    /// A record, class or struct whose constructor's parameters, or properties, are named as columns: BidPrice is bid_price. Symbol, Time and Date are the
    /// dataset's symbol, time and partition date. A time is a DateTime or a long of microseconds; what may be absent is nullable.
    /// </typeparam>
    /// <inheritdoc cref="Scan"/>
    /// <returns>The rows, read as they are enumerated; each enumeration reads anew.</returns>
    /// <exception cref="StoreException">
    /// Usage: there is no such dataset; or while enumerated, the type does not fit its columns. While enumerated: SourceData: a value does not fit the type. CorruptStore: a
    /// file is damaged or missing.
    /// </exception>
    public IEnumerable<T> Scan<T>(
        string dataset, IReadOnlyList<string>? symbols = null, DateOnly? from = null, DateOnly? to = null, ScanOrder order = ScanOrder.BySymbol, CancellationToken cancellationToken = default) =>
        Rows<T>(dataset, RowMapping<T>.ColumnsOf(Dataset(dataset)), symbols, from, to, order, cancellationToken);

    /// <inheritdoc cref="QueryEngine.RunArrow"/>
    public ArrowReader QueryArrow(string sql, IReadOnlyDictionary<string, object?>? parameters = null, CancellationToken cancellationToken = default) =>
        _engine.RunArrow(sql, parameters, cancellationToken);

    /// <summary>Opens a connection for code that speaks ADO.NET, such as Dapper: every dataset is a table, every macro is there.</summary>
    /// <returns>
    /// Open. Its commands read, as <c>hybrid sql</c> does, and nothing else; any number of their readers may be open. Parameters are <c>$name</c>,
    /// or <c>?</c> and <c>$1</c> by place. <see cref="DbCommand.Cancel"/> and a command's token stop that command only; a
    /// <see cref="DbCommand.CommandTimeout"/>, 0 by default, counts for the statement and the reading of its rows together. Values are exact:
    /// what does not fit into its .NET type is refused. Instants are UTC; lists, structs and maps are JSON.
    /// </returns>
    /// <remarks>One thread a connection. It ends with the session: its commands then throw <see cref="ObjectDisposedException"/>.</remarks>
    public DbConnection OpenConnection() => new StoreConnection(_folder, () => this, ownsSession: false);

    /// <inheritdoc/>
    public void Dispose() => _engine.Dispose();

    internal QueryReader QueryOwned(string sql, IReadOnlyDictionary<string, object?>? parameters, IDisposable owned, CancellationToken cancellationToken) =>
        _engine.RunOwned(sql, parameters, owned, cancellationToken);

    internal ScanReader ScanOwned(ScanRequest request, IDisposable owned, CancellationToken cancellationToken) => _engine.ScanOwned(request, owned, cancellationToken);

    private IEnumerable<T> Rows<T>(
        string dataset, IReadOnlyList<string?> columns, IReadOnlyList<string>? symbols, DateOnly? from, DateOnly? to, ScanOrder order, CancellationToken cancellationToken)
    {
        using var scan = Scan(dataset, symbols, from, to, [.. columns.OfType<string>()], order, cancellationToken);
        RowMapping<T>? mapping = null;
        while (scan.Read())
        {
            mapping ??= RowMapping<T>.ForScan(scan.Rows, Dataset(dataset), columns);
            var (rows, first, end, symbol) = (scan.Rows, scan.FirstRow, scan.FirstRow + scan.RowCount, scan.Symbol);
            for (var row = first; row < end; row++) yield return mapping.Make(rows, row, symbol);
        }
    }
}
