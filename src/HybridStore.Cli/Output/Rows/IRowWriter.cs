using HybridStore.Native.DuckDb;

namespace HybridStore.Cli.Output.Rows;

/// <summary>Writes a result in one format, chunk by chunk.</summary>
internal interface IRowWriter
{
    /// <summary>Begins.</summary>
    /// <param name="columns">The result's columns.</param>
    void Begin(IReadOnlyList<DuckDbColumn> columns);

    /// <summary>Takes rows.</summary>
    /// <param name="chunk">Valid during the call.</param>
    /// <returns>False when no more rows are wanted.</returns>
    bool Write(DuckDbChunk chunk);

    /// <summary>Ends, with or without all rows.</summary>
    void End();
}
