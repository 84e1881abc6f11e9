using System.Data.Common;
using HybridStore.Query;
using HybridStore.Query.Ado;
using HybridStore.Query.Arrow;

namespace HybridStore;

/// <content>Questions: each of these sees the newest commit. <see cref="OpenSession"/> asks several of one unchanging view.</content>
public sealed partial class Store
{
    /// <summary>Opens a view of the store that later commits do not change.</summary>
    /// <param name="options">Limits; null for what the settings say.</param>
    /// <exception cref="StoreException">Environment: DuckDB cannot be loaded or refuses a limit.</exception>
    public StoreSession OpenSession(QueryOptions? options = null) => new(Paths, options ?? new QueryOptions
    {
        ThreadsMax = Settings.Jobs,
        MemoryBytesMax = Settings.Memory is { } memory && ByteSize.TryParse(memory, out var bytes) ? bytes : null,
    });

    /// <summary>Opens a connection for code that speaks ADO.NET, such as Dapper. See <see cref="StoreSession.OpenConnection"/>.</summary>
    /// <param name="options">Limits; null for what the settings say.</param>
    /// <returns>Open, with a session of its own: each dataset stays at its version until the connection is closed. Opened again, it sees the newest.</returns>
    /// <exception cref="StoreException">Environment: DuckDB cannot be loaded or refuses a limit.</exception>
    public DbConnection OpenConnection(QueryOptions? options = null) => new StoreConnection(Paths.Root, () => OpenSession(options), ownsSession: true);

    /// <inheritdoc cref="StoreSession.Query(string, IReadOnlyDictionary{string, object?}?, CancellationToken)"/>
    public QueryReader Query(string sql, IReadOnlyDictionary<string, object?>? parameters = null, CancellationToken cancellationToken = default) =>
        Opened(session => session.QueryOwned(sql, parameters, owned: session, cancellationToken));

    /// <inheritdoc cref="StoreSession.QueryArrow"/>
    public ArrowReader QueryArrow(string sql, IReadOnlyDictionary<string, object?>? parameters = null, CancellationToken cancellationToken = default) =>
        new(Query(sql, parameters, cancellationToken));

    /// <inheritdoc cref="StoreSession.Query{T}"/>
    public IEnumerable<T> Query<T>(string sql, IReadOnlyDictionary<string, object?>? parameters = null, CancellationToken cancellationToken = default)
    {
        using var session = OpenSession();
        foreach (var row in session.Query<T>(sql, parameters, cancellationToken)) yield return row;
    }

    /// <inheritdoc cref="StoreSession.Scan"/>
    public ScanReader Scan(
        string dataset, IReadOnlyList<string>? symbols, DateOnly? from, DateOnly? to, IReadOnlyList<string> columns, ScanOrder order = ScanOrder.BySymbol, CancellationToken cancellationToken = default) =>
        Opened(session => session.ScanOwned(new ScanRequest { Dataset = dataset, Symbols = symbols, From = from, To = to, Columns = columns, Order = order }, owned: session, cancellationToken));

    /// <inheritdoc cref="StoreSession.Scan{T}"/>
    public IEnumerable<T> Scan<T>(
        string dataset, IReadOnlyList<string>? symbols = null, DateOnly? from = null, DateOnly? to = null, ScanOrder order = ScanOrder.BySymbol, CancellationToken cancellationToken = default)
    {
        using var session = OpenSession();
        foreach (var row in session.Scan<T>(dataset, symbols, from, to, order, cancellationToken)) yield return row;
    }

    /// <summary>Opens a session that goes with the reader that is made of it.</summary>
    private T Opened<T>(Func<StoreSession, T> open)
    {
        var session = OpenSession();
        try
        {
            return open(session);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }
}
