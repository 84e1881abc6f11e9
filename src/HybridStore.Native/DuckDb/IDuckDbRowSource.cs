namespace HybridStore.Native.DuckDb;

/// <summary>Rows that a table function hands to DuckDB.</summary>
public interface IDuckDbRowSource
{
    /// <summary>The columns, in the order in which <see cref="DuckDbChunkWriter.SourceColumn"/> numbers them.</summary>
    IReadOnlyList<DuckDbColumn> Columns { get; }

    /// <summary>Fills a chunk.</summary>
    /// <param name="chunk">Empty, with room for <see cref="DuckDbChunkWriter.RowsMax"/> rows of the columns that the statement reads.</param>
    /// <returns>How many rows were written; 0 ends the table.</returns>
    /// <remarks>
    /// Called on the thread that runs the statement when the database has one thread; never by two threads at a time. An
    /// exception fails the statement and reaches its caller as the inner exception's message.
    /// </remarks>
    int Fill(DuckDbChunkWriter chunk);
}
