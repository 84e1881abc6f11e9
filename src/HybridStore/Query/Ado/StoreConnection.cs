using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using HybridStore.Native.DuckDb;

namespace HybridStore.Query.Ado;

/// <summary>A session as ADO.NET sees it: for Dapper, DataTable and what else takes a <see cref="DbConnection"/>.</summary>
/// <remarks>Built on the engine rather than on DuckDB.NET's own connection, which neither confines statements nor honours a command's timeout.</remarks>
internal sealed class StoreConnection : DbConnection
{
    private readonly string _folder;
    private readonly Func<StoreSession> _openSession;
    private readonly bool _ownsSession;
    private readonly HashSet<StoreDataReader> _readers = [];
    private StoreSession? _session;
    private bool _isDisposed;

    /// <param name="folder">Of the store.</param>
    /// <param name="openSession">Gives the session at each <see cref="Open"/>.</param>
    /// <param name="ownsSession">Whether <see cref="Close"/> disposes it.</param>
    internal StoreConnection(string folder, Func<StoreSession> openSession, bool ownsSession)
    {
        _folder = folder;
        _openSession = openSession;
        _ownsSession = ownsSession;
        Open();
    }

    /// <summary>Fixed: a connection is made by a store or a session.</summary>
    [AllowNull]
    public override string ConnectionString
    {
        get => $"Data Source={_folder}";
        set => throw new NotSupportedException("A connection belongs to the store or the session that opened it: open one of another store there.");
    }

    public override string Database => "hybrid";

    public override string DataSource => _folder;

    public override string ServerVersion => DuckDbLibrary.Version;

    public override ConnectionState State => _session is null ? ConnectionState.Closed : ConnectionState.Open;

    /// <exception cref="InvalidOperationException">The connection is closed.</exception>
    internal StoreSession Session => _session ?? throw new InvalidOperationException("The connection is closed: call Open first.");

    public override void Open()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_session is not null) throw new InvalidOperationException("The connection is open.");
        _session = _openSession();
        OnStateChange(new StateChangeEventArgs(ConnectionState.Closed, ConnectionState.Open));
    }

    public override void Close()
    {
        if (_session is null) return;
        foreach (var reader in _readers.ToArray()) reader.Close();
        if (_ownsSession) _session.Dispose();
        _session = null;
        OnStateChange(new StateChangeEventArgs(ConnectionState.Open, ConnectionState.Closed));
    }

    public override void ChangeDatabase(string databaseName) => throw new NotSupportedException("A store is one database.");

    internal void Add(StoreDataReader reader) => _readers.Add(reader);

    internal void Remove(StoreDataReader reader) => _readers.Remove(reader);

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => throw new NotSupportedException(
        "There are no transactions: a connection only reads, and sees one version of each dataset until it is closed.");

    protected override DbCommand CreateDbCommand() => new StoreCommand { Connection = this };

    protected override void Dispose(bool disposing)
    {
        if (disposing) Close();
        _isDisposed = true;
        base.Dispose(disposing);
    }
}
