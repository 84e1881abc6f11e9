using DuckDB.NET.Native;

namespace HybridStore.Native.DuckDb;

/// <summary>An open DuckDB database; connections are made from it.</summary>
/// <remarks>Thread-safe. Dispose the connections first: the native database lives until the last of them is gone.</remarks>
public sealed class DuckDbDatabase : IDisposable
{
    private readonly DuckDBDatabase _handle;
    private readonly IDisposable? _owned;

    private DuckDbDatabase(DuckDBDatabase handle, IDisposable? owned) => (_handle, _owned) = (handle, owned);

    /// <summary>Opens a database whose instants and zones do not depend on the machine: see <see cref="DuckDbZoneFunctions"/>.</summary>
    /// <param name="path">A database file, or null for one in memory.</param>
    /// <param name="settings">DuckDB settings by name, such as <c>threads</c> or <c>memory_limit</c>.</param>
    /// <param name="owned">Disposed after the database, also when it cannot be opened.</param>
    /// <exception cref="DuckDbException">DuckDB refused the path or a setting.</exception>
    /// <exception cref="DllNotFoundException">The library is missing or of another version.</exception>
    public static DuckDbDatabase Open(string? path = null, IReadOnlyDictionary<string, string>? settings = null, IDisposable? owned = null)
    {
        try
        {
            var database = new DuckDbDatabase(OpenHandle(path, settings), owned);
            database.FixClock();
            return database;
        }
        catch
        {
            owned?.Dispose();
            throw;
        }
    }

    /// <summary>Opens a connection: one for each thread that runs statements at a time.</summary>
    /// <exception cref="DuckDbException">DuckDB refused.</exception>
    public DuckDbConnection Connect()
    {
        if (NativeMethods.Startup.DuckDBConnect(_handle, out var handle) == DuckDBState.Success) return new DuckDbConnection(handle);
        throw new DuckDbException(DuckDBErrorType.Connection, "DuckDB could not open a connection.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _handle.Dispose();
        _owned?.Dispose();
    }

    private static DuckDBDatabase OpenHandle(string? path, IReadOnlyDictionary<string, string>? settings)
    {
        DuckDbLibrary.CheckVersion();
        NativeMethods.Configuration.DuckDBCreateConfig(out var config);
        using (config)
        {
            foreach (var (name, value) in settings ?? new Dictionary<string, string>())
            {
                if (NativeMethods.Configuration.DuckDBSetConfig(config, name, value) != DuckDBState.Success)
                {
                    throw new DuckDbException(DuckDBErrorType.Settings, $"DuckDB refused the setting {name} = '{value}'.");
                }
            }

            if (NativeMethods.Startup.DuckDBOpen(path, out var handle, config, out var error) != DuckDBState.Success)
            {
                handle.Dispose();
                throw new DuckDbException(DuckDBErrorType.Io, error ?? "DuckDB could not open a database.");
            }

            return handle;
        }
    }

    private void FixClock()
    {
        try
        {
            using var connection = Connect();
            connection.Execute(SetupSql.FixedClock);
            DuckDbZoneFunctions.Register(connection);
        }
        catch
        {
            Dispose();
            throw;
        }
    }
}
