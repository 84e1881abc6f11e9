using HybridStore.Native.DuckDb;

namespace HybridStore.Query;

/// <summary>A statement that was started, with all that it holds open.</summary>
internal sealed record QueryRun(DuckDbConnection Connection, DuckDbStatement Statement, DuckDbResult Result) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Result.Dispose();
        Statement.Dispose();
        Connection.Dispose();
    }
}
