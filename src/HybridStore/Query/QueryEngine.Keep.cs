using HybridStore.Native.DuckDb;
using HybridStore.Schema;

namespace HybridStore.Query;

/// <content>What a session needs beside single statements: names to complete, and the last result to ask again.</content>
public sealed partial class QueryEngine
{
    /// <summary>The table that holds what <see cref="RunAndKeep"/> kept.</summary>
    public const string LastResult = "_";

    /// <summary>The names of the datasets, sorted.</summary>
    public IReadOnlyList<string> Datasets => [.. _sources.Keys.Order(StringComparer.Ordinal)];

    /// <summary>What a dataset is; loads it, when no statement did.</summary>
    /// <param name="name">In any case.</param>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="StoreException">CorruptStore: it cannot be loaded.</exception>
    public Dataset? Describe(string name) => _sources.TryGetValue(name, out var source) ? source.Value.Dataset : null;

    /// <summary>Runs one statement that reads, and keeps its first rows in memory as table <c>_</c>, which later statements may ask.</summary>
    /// <param name="sql">As for <see cref="Run"/>; of EXPLAIN, SHOW, and a PIVOT that finds its columns itself, nothing is kept.</param>
    /// <param name="rowsMax">How many rows are kept, and read.</param>
    /// <param name="parameters">As for <see cref="Run"/>.</param>
    /// <param name="cancellationToken">Interrupts; then the result before stays kept.</param>
    /// <returns>The rows; dispose its reader before the next statement.</returns>
    /// <inheritdoc cref="Run" path="/exception"/>
    public KeptResult RunAndKeep(string sql, long rowsMax, IReadOnlyDictionary<string, object?>? parameters = null, CancellationToken cancellationToken = default)
    {
        var kept = TryKeep(sql, rowsMax, parameters ?? new Dictionary<string, object?>(), cancellationToken);
        return kept is null
            ? new KeptResult(Run(sql, parameters, cancellationToken), null, IsWhole: true)
            : new KeptResult(Run(QuerySql.All(LastResult), null, cancellationToken), kept, kept < rowsMax);
    }

    /// <returns>The rows kept; null when the statement's result cannot be kept.</returns>
    private long? TryKeep(string sql, long rowsMax, IReadOnlyDictionary<string, object?> parameters, CancellationToken cancellationToken)
    {
        using var connection = Connect();
        try
        {
            Prepare(connection, sql, parameters, cancellationToken).Dispose(); // Checks it, and makes the views.
            // SHOW TABLES would list the table that is being made for it.
            if (QuerySandbox.CheckBeginning(sql) is not null || sql.TrimStart().StartsWith("SHOW", StringComparison.OrdinalIgnoreCase)) return null;
            using var statements = connection.Parse(QuerySql.Keep(sql, LastResult, rowsMax));
            if (statements.Count > 1) return null;
            using var keep = statements.Prepare(0);
            Bind(keep, parameters);
            using var result = keep.Execute(cancellationToken);
            // The C API counts changed rows of INSERT and the like only; a CREATE TABLE AS tells in its result.
            return result.Read() ? result.Chunk.Column(0).Values<long>()[0] : 0;
        }
        catch (DuckDbException exception)
        {
            throw Translate(exception, sql);
        }
    }
}
