using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using DuckDB.NET.Native;
using Functions = DuckDB.NET.Native.NativeMethods.TableFunction;

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
        var function = Functions.DuckDBCreateTableFunction();
        try
        {
            Functions.DuckDBTableFunctionSetName(function, Name);
            using (var bigInt = DuckDbTypeInfo.Create(DuckDBType.BigInt)) Functions.DuckDBTableFunctionAddParameter(function, bigInt.Handle);
            Functions.DuckDBTableFunctionSetBind(function, &Bind);
            Functions.DuckDBTableFunctionSetInit(function, &Init);
            Functions.DuckDBTableFunctionSetFunction(function, &Fill);
            Functions.DuckDBTableFunctionSupportsProjectionPushdown(function, true);
            if (Functions.DuckDBRegisterTableFunction(connection.Handle, function) != DuckDBState.Success)
            {
                throw new DuckDbException(DuckDBErrorType.Catalog, $"DuckDB refused the table function {Name}.");
            }
        }
        finally
        {
            Functions.DuckDBDestroyTableFunction(ref function);
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

    private sealed record Scan(Registration Registration, int[] Projection, nint[] Vectors);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Bind(nint info)
    {
        try
        {
            using var value = Functions.DuckDBBindGetParameter(info, 0);
            // Reading a null as a number would end the process; 0 is no source's id.
            var id = value.IsNull() ? 0 : NativeMethods.Value.DuckDBGetInt64(value);
            if (!Sources.TryGetValue(id, out var registration)) throw new InvalidOperationException($"There is no row source {id}.");
            foreach (var column in registration.Source.Columns) Functions.DuckDBBindAddResultColumn(info, column.Name, column.Type.Handle);
            Functions.DuckDBBindSetBindData(info, GCHandle.ToIntPtr(GCHandle.Alloc(registration)), &Free);
        }
        catch (Exception exception)
        {
            Functions.DuckDBBindSetError(info, exception.Message);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Init(nint info)
    {
        try
        {
            var registration = (Registration)GCHandle.FromIntPtr(Functions.DuckDBInitGetBindData(info)).Target!;
            var projection = new int[(int)Functions.DuckDBInitGetColumnCount(info)];
            for (var column = 0; column < projection.Length; column++)
            {
                // A statement that only counts rows asks for a virtual column beyond the last.
                var source = Functions.DuckDBInitGetColumnIndex(info, (ulong)column);
                projection[column] = source < (ulong)registration.Source.Columns.Count ? (int)source : -1;
            }

            UnboundFunctions.SetMaxThreads(info, 1);
            Functions.DuckDBInitSetInitData(info, GCHandle.ToIntPtr(GCHandle.Alloc(new Scan(registration, projection, new nint[projection.Length]))), &Free);
        }
        catch (Exception exception)
        {
            Functions.DuckDBInitSetError(info, exception.Message);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Fill(nint info, nint output)
    {
        using var chunk = new DuckDBDataChunk(output); // DuckDB's own: not destroyed with this.
        Scan? scan = null;
        try
        {
            scan = (Scan)GCHandle.FromIntPtr(Functions.DuckDBFunctionGetInitData(info)).Target!;
            var vectors = scan.Vectors;
            for (var column = 0; column < vectors.Length; column++) vectors[column] = NativeMethods.DataChunks.DuckDBDataChunkGetVector(chunk, column);
            var rowCount = scan.Registration.Source.Fill(new DuckDbChunkWriter(vectors, scan.Projection));
            NativeMethods.DataChunks.DuckDBDataChunkSetSize(chunk, (ulong)rowCount);
        }
        catch (Exception exception)
        {
            scan?.Registration.Failure = ExceptionDispatchInfo.Capture(exception);
            Functions.DuckDBFunctionSetError(info, exception.Message);
            NativeMethods.DataChunks.DuckDBDataChunkSetSize(chunk, 0);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Free(nint data) => GCHandle.FromIntPtr(data).Free();
}
