using System.Runtime.InteropServices;

namespace HybridStore.Native.DuckDb;

/// <summary>An open DuckDB database; connections are made from it.</summary>
/// <remarks>Thread-safe. Dispose the connections first: the native database lives until the last of them is gone.</remarks>
public sealed class DuckDbDatabase : IDisposable
{
    private readonly DuckDbDatabaseHandle _handle = new();

    private DuckDbDatabase()
    {
    }

    /// <summary>Opens a database whose instants and zones do not depend on the machine: see <see cref="DuckDbZoneFunctions"/>.</summary>
    /// <param name="path">A database file, or null for one in memory.</param>
    /// <param name="settings">DuckDB settings by name, such as <c>threads</c> or <c>memory_limit</c>.</param>
    /// <exception cref="DuckDbException">DuckDB refused the path or a setting.</exception>
    /// <exception cref="DllNotFoundException">The library is missing or of another version.</exception>
    public static unsafe DuckDbDatabase Open(string? path = null, IReadOnlyDictionary<string, string>? settings = null)
    {
        nint config = 0;
        byte* error = null;
        if (NativeMethods.duckdb_create_config(&config) != 0) throw new DuckDbException(DuckDbErrorKind.OutOfMemory, "DuckDB could not make a configuration.");
        try
        {
            foreach (var (name, value) in settings ?? new Dictionary<string, string>())
            {
                if (NativeMethods.duckdb_set_config(config, name, value) != 0)
                {
                    throw new DuckDbException(DuckDbErrorKind.InvalidConfiguration, $"DuckDB refused the setting {name} = '{value}'.");
                }
            }

            nint pointer = 0;
            if (NativeMethods.duckdb_open_ext(path, &pointer, config, &error) != 0)
            {
                throw new DuckDbException(DuckDbErrorKind.IO, Marshal.PtrToStringUTF8((nint)error) ?? "DuckDB could not open a database.");
            }

            var database = new DuckDbDatabase();
            database._handle.Own(pointer);
            database.FixClock();
            return database;
        }
        finally
        {
            if (error is not null) NativeMethods.duckdb_free(error);
            NativeMethods.duckdb_destroy_config(&config);
        }
    }

    /// <summary>Opens a connection: one for each thread that runs statements at a time.</summary>
    /// <exception cref="DuckDbException">DuckDB refused.</exception>
    public unsafe DuckDbConnection Connect()
    {
        nint pointer = 0;
        if (NativeMethods.duckdb_connect(_handle, &pointer) != 0) throw new DuckDbException(DuckDbErrorKind.Connection, "DuckDB could not open a connection.");
        var handle = new DuckDbConnectionHandle();
        handle.Own(pointer);
        return new DuckDbConnection(handle);
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

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
