using System.Runtime.InteropServices;

namespace HybridStore.Native.DuckDb;

/// <summary>Owns a <c>duckdb_database</c>.</summary>
internal sealed class DuckDbDatabaseHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    internal void Own(nint pointer) => SetHandle(pointer);

    protected override unsafe bool ReleaseHandle()
    {
        var pointer = handle;
        NativeMethods.duckdb_close(&pointer);
        return true;
    }
}

/// <summary>Owns a <c>duckdb_connection</c>.</summary>
internal sealed class DuckDbConnectionHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    internal void Own(nint pointer) => SetHandle(pointer);

    protected override unsafe bool ReleaseHandle()
    {
        var pointer = handle;
        NativeMethods.duckdb_disconnect(&pointer);
        return true;
    }
}

/// <summary>Owns a <c>duckdb_prepared_statement</c>.</summary>
internal sealed class DuckDbStatementHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    internal void Own(nint pointer) => SetHandle(pointer);

    protected override unsafe bool ReleaseHandle()
    {
        var pointer = handle;
        NativeMethods.duckdb_destroy_prepare(&pointer);
        return true;
    }
}
