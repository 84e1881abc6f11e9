using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace HybridStore.Native.DuckDb;

/// <summary>The SQL table function <c>hybrid_rows(id)</c>, which reads from a row source of this process.</summary>
/// <remarks>
/// Thread-safe. The callbacks are static and unmanaged, so no delegate can be collected under DuckDB; none lets an
/// exception escape, which would end the process.
/// </remarks>
public static unsafe class DuckDbTableFunction
{
    /// <summary>The function's name in SQL.</summary>
    public const string Name = "hybrid_rows";

    private static readonly ConcurrentDictionary<long, Registration> Sources = new();
    private static long _lastId;

    /// <summary>Makes the function known to a connection's database: once for each database.</summary>
    /// <param name="connection">Any connection of the database.</param>
    /// <exception cref="DuckDbException">DuckDB refused.</exception>
    public static void Register(DuckDbConnection connection)
    {
        var function = NativeMethods.duckdb_create_table_function();
        try
        {
            NativeMethods.duckdb_table_function_set_name(function, Name);
            var bigInt = NativeMethods.duckdb_create_logical_type(DuckDbType.BigInt);
            NativeMethods.duckdb_table_function_add_parameter(function, bigInt);
            NativeMethods.duckdb_destroy_logical_type(&bigInt);
            NativeMethods.duckdb_table_function_set_bind(function, &Bind);
            NativeMethods.duckdb_table_function_set_init(function, &Init);
            NativeMethods.duckdb_table_function_set_function(function, &Fill);
            NativeMethods.duckdb_table_function_supports_projection_pushdown(function, 1);
            if (NativeMethods.duckdb_register_table_function(connection.Handle, function) != 0)
            {
                throw new DuckDbException(DuckDbErrorKind.Catalog, $"DuckDB refused the table function {Name}.");
            }
        }
        finally
        {
            NativeMethods.duckdb_destroy_table_function(&function);
        }
    }

    /// <summary>Lends a source to SQL.</summary>
    /// <param name="source">Read by one statement at a time.</param>
    /// <returns>Dispose it when the statement is done; its <see cref="Lease.Sql"/> names the source in SQL.</returns>
    public static Lease Lend(IDuckDbRowSource source)
    {
        var id = Interlocked.Increment(ref _lastId);
        var registration = new Registration(source);
        Sources[id] = registration;
        return new Lease(id, registration);
    }

    /// <summary>A source that SQL can read until this is disposed.</summary>
    public sealed class Lease : IDisposable
    {
        private readonly long _id;
        private readonly Registration _registration;

        internal Lease(long id, Registration registration)
        {
            _id = id;
            _registration = registration;
        }

        /// <summary>The table expression, such as <c>hybrid_rows(7)</c>.</summary>
        public string Sql => $"{Name}({_id})";

        /// <summary>Throws the exception that the source threw, with its own type and stack, if it threw one.</summary>
        public void ThrowIfSourceFailed() => _registration.Failure?.Throw();

        /// <inheritdoc/>
        public void Dispose() => Sources.TryRemove(_id, out _);
    }

    internal sealed class Registration(IDuckDbRowSource source)
    {
        internal IDuckDbRowSource Source { get; } = source;

        internal ExceptionDispatchInfo? Failure { get; set; }
    }

    private sealed record Scan(Registration Registration, int[] Projection);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Bind(nint info)
    {
        try
        {
            var value = NativeMethods.duckdb_bind_get_parameter(info, 0);
            // Reading a null as a number would end the process; 0 is no source's id.
            var id = NativeMethods.duckdb_is_null_value(value) != 0 ? 0 : NativeMethods.duckdb_get_int64(value);
            NativeMethods.duckdb_destroy_value(&value);
            if (!Sources.TryGetValue(id, out var registration)) throw new InvalidOperationException($"There is no row source {id}.");
            foreach (var column in registration.Source.Columns) NativeMethods.duckdb_bind_add_result_column(info, column.Name, column.Type.Handle);
            NativeMethods.duckdb_bind_set_bind_data(info, GCHandle.ToIntPtr(GCHandle.Alloc(registration)), &Free);
        }
        catch (Exception exception)
        {
            NativeMethods.duckdb_bind_set_error(info, exception.Message);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Init(nint info)
    {
        try
        {
            var registration = (Registration)GCHandle.FromIntPtr(NativeMethods.duckdb_init_get_bind_data(info)).Target!;
            var projection = new int[(int)NativeMethods.duckdb_init_get_column_count(info)];
            for (var column = 0; column < projection.Length; column++)
            {
                // A statement that only counts rows asks for a virtual column beyond the last.
                var source = NativeMethods.duckdb_init_get_column_index(info, (ulong)column);
                projection[column] = source < (ulong)registration.Source.Columns.Count ? (int)source : -1;
            }

            NativeMethods.duckdb_init_set_max_threads(info, 1);
            NativeMethods.duckdb_init_set_init_data(info, GCHandle.ToIntPtr(GCHandle.Alloc(new Scan(registration, projection))), &Free);
        }
        catch (Exception exception)
        {
            NativeMethods.duckdb_init_set_error(info, exception.Message);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Fill(nint info, nint chunk)
    {
        Scan? scan = null;
        try
        {
            scan = (Scan)GCHandle.FromIntPtr(NativeMethods.duckdb_function_get_init_data(info)).Target!;
            var rowCount = scan.Registration.Source.Fill(new DuckDbChunkWriter(chunk, scan.Projection));
            NativeMethods.duckdb_data_chunk_set_size(chunk, (ulong)rowCount);
        }
        catch (Exception exception)
        {
            scan?.Registration.Failure = ExceptionDispatchInfo.Capture(exception);
            NativeMethods.duckdb_function_set_error(info, exception.Message);
            NativeMethods.duckdb_data_chunk_set_size(chunk, 0);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Free(nint data) => GCHandle.FromIntPtr(data).Free();
}
