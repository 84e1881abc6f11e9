using DuckDB.NET.Native;

namespace HybridStore.Native.DuckDb;

/// <summary>DuckDB refused or failed; the message is DuckDB's own.</summary>
public sealed class DuckDbException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="kind">DuckDB's kind of error.</param>
    /// <param name="message">DuckDB's text.</param>
    public DuckDbException(DuckDBErrorType kind, string message)
        : base(message) => Kind = kind;

    /// <summary>DuckDB's kind of error.</summary>
    public DuckDBErrorType Kind { get; }
}
