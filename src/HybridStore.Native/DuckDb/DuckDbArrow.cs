using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.C;
using DuckDB.NET.Native;

namespace HybridStore.Native.DuckDb;

/// <summary>A result's chunks as Arrow record batches, by the C Data Interface.</summary>
/// <remarks>Source: Arrow, "The Arrow C data interface": what imports a structure takes it over, and frees only the shell here.</remarks>
internal static unsafe class DuckDbArrow
{
    /// <summary>The schema of columns.</summary>
    /// <param name="options">The result's.</param>
    /// <param name="columns">Names and types.</param>
    internal static Schema Schema(DuckDBArrowOptions options, IReadOnlyList<DuckDbColumn> columns)
    {
        var names = columns.Select(column => Marshal.StringToCoTaskMemUTF8(column.Name)).ToArray();
        var types = columns.Select(column => column.Type.Handle.DangerousGetHandle()).ToArray();
        var schema = CArrowSchema.Create();
        try
        {
            fixed (nint* namePointers = names, typePointers = types)
            {
                using var error = NativeMethods.Arrow.DuckDBToArrowSchema(
                    options, (nint)typePointers, (nint)namePointers, (ulong)columns.Count, (nint)schema);
                ThrowIfFailed(error);
            }

            GC.KeepAlive(columns);
            return CArrowSchemaImporter.ImportSchema(schema);
        }
        finally
        {
            CArrowSchema.Free(schema);
            foreach (var name in names) Marshal.FreeCoTaskMem(name);
        }
    }

    /// <summary>A chunk's rows in Arrow's layout, in memory that belongs to the batch: it outlives the chunk, the result and the database.</summary>
    internal static RecordBatch Batch(DuckDBArrowOptions options, DuckDBDataChunk chunk, Schema schema)
    {
        var array = CArrowArray.Create();
        try
        {
            using var error = NativeMethods.Arrow.DuckDBDataChunkToArrow(options, chunk, (nint)array);
            ThrowIfFailed(error);
            return CArrowArrayImporter.ImportRecordBatch(array, schema);
        }
        finally
        {
            CArrowArray.Free(array);
        }
    }

    private static void ThrowIfFailed(DuckDBErrorData error)
    {
        if (!error.HasError) return;
        throw new DuckDbException(NativeMethods.ErrorData.DuckDBErrorDataErrorType(error), error.Message ?? "DuckDB gave no reason.");
    }
}
