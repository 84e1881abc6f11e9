using HybridStore.Lake;
using HybridStore.Native.DuckDb;
using HybridStore.Query.Export;

namespace HybridStore.Query;

/// <content>Results as files.</content>
public sealed partial class QueryEngine
{
    /// <summary>Runs one statement that reads, and writes its rows to <see cref="QueryOptions.OutputPath"/> as Parquet.</summary>
    /// <inheritdoc cref="Run"/>
    /// <returns>How many rows there were.</returns>
    public long WriteParquet(
        string sql, IReadOnlyDictionary<string, object?>? parameters = null, CancellationToken cancellationToken = default)
    {
        var path = _options.OutputPath ?? throw new InvalidOperationException("The engine was opened without an OutputPath.");
        return Write(sql, path, ExportFormat.Parquet, parameters, cancellationToken);
    }

    /// <summary>Runs one statement that reads, and writes its rows to a file.</summary>
    /// <param name="sql">The statement.</param>
    /// <param name="path"><see cref="QueryOptions.OutputPath"/>, or below <see cref="QueryOptions.OutputFolder"/>.</param>
    /// <param name="format">What the file is.</param>
    /// <param name="parameters">As for <see cref="Run"/>.</param>
    /// <param name="cancellationToken">Interrupts.</param>
    /// <returns>How many rows there were.</returns>
    internal long Write(
        string sql, string path, ExportFormat format, IReadOnlyDictionary<string, object?>? parameters, CancellationToken cancellationToken)
    {
        var values = parameters ?? new Dictionary<string, object?>();
        return WhileFilesMove(() =>
        {
            using var connection = Connect();
            try
            {
                Prepare(connection, sql, values, cancellationToken).Dispose(); // Checks it, and makes the views.
                return format == ExportFormat.Parquet
                    ? CopyAsParquet(connection, sql, path, values, cancellationToken)
                    : Copy(connection, QuerySql.Copy(sql, path, ExportSql.CopyOptions(format)), values, cancellationToken);
            }
            catch (DuckDbException exception)
            {
                throw Translate(exception, sql);
            }
        });
    }

    private static long CopyAsParquet(
        DuckDbConnection connection, string sql, string path, IReadOnlyDictionary<string, object?> values, CancellationToken cancellationToken)
    {
        using var statement = PrepareOne(connection, ParquetResultSql.Describe(sql), values);
        using var empty = statement.Execute(cancellationToken);
        if (ParquetResultSql.HasHiddenDoubles(empty.Columns)) return CopyWith(ParquetEncoding.Plain);
        try
        {
            return CopyWith(ParquetEncoding.Dictionaries);
        }
        catch (DuckDbException exception) when (exception.Message.Contains(SignedZeroSql.Mark, StringComparison.Ordinal))
        {
            return CopyWith(ParquetEncoding.Plain);
        }

        long CopyWith(ParquetEncoding encoding)
        {
            var select = ParquetResultSql.Select(sql, empty.Columns, encoding);
            return Copy(connection, QuerySql.Copy(select, path, ParquetCopy.ResultOptions(encoding)), values, cancellationToken);
        }
    }

    private static long Copy(
        DuckDbConnection connection, string sql, IReadOnlyDictionary<string, object?> values, CancellationToken cancellationToken)
    {
        using var copy = PrepareOne(connection, sql, values);
        using var result = copy.Execute(cancellationToken);
        return result.RowsChanged;
    }

    private static DuckDbStatement PrepareOne(DuckDbConnection connection, string sql, IReadOnlyDictionary<string, object?> values)
    {
        using var statements = connection.Parse(sql);
        if (statements.Count > 1)
        {
            throw new StoreException(
                StoreErrorKind.Usage, "A PIVOT that finds its columns itself cannot be written as a file by itself. List them: ON column IN (...).");
        }

        var statement = statements.Prepare(0);
        try
        {
            Bind(statement, values);
            return statement;
        }
        catch
        {
            statement.Dispose();
            throw;
        }
    }
}
