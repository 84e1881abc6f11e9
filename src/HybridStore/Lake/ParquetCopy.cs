using System.Globalization;
using System.Text;
using HybridStore.Native.DuckDb;
using HybridStore.Schema;

namespace HybridStore.Lake;

/// <summary>Runs a COPY that writes one Parquet file, and reads what DuckDB says about it.</summary>
internal static class ParquetCopy
{
    /// <summary>Rows of a row group where files hold one symbol: DuckDB's own vectors fill it evenly.</summary>
    private const int RowGroupRows = 122_880;

    /// <summary>
    /// Where files hold many symbols in order, statistics should leave out most of them for one. 8.64 M rows of 1,000 generators in the
    /// layout date: groups of 20,480 rows 28 MB, 61,440 23 MB and 122,880 20 MB at the same time to write; one generator's month 227, 211
    /// and 261 ms of CPU with the program's start.
    /// Their dictionaries have DuckDB's own limit: one of 1,000 made a sum over them take half as long again.
    /// </summary>
    private const int RowGroupRowsOfManySymbols = 61_440;

    /// <summary>
    /// Distinct values that a column's dictionary may hold where files hold one symbol: sizes of real quotes have 1,000 to 2,500 in a row
    /// group. Of one day of BAC, 1,000 and 3,000 take the same 125 ms of CPU to write, and 17 and 11 ms to average the sizes by venue.
    /// Many more cost time on columns that have no dictionary in the end.
    /// </summary>
    private const int DictionaryValuesMax = 4_000;

    /// <summary>
    /// What every Parquet file gets. No bloom filters: DuckDB 1.5.6 hashes 0.0 and -0.0, and NaN by its sign, to different places, so that
    /// <c>x = 0</c> misses rows of its own files.
    /// </summary>
    internal const string Format = "FORMAT parquet, COMPRESSION zstd, WRITE_BLOOM_FILTER false";

    private const string NoDictionaries = "DICTIONARY_SIZE_LIMIT 0";

    /// <summary>
    /// The options of a dataset's files. Parquet's version 1 encodings: every reader has them. Version 2 made the real quotes 8 % smaller
    /// and was no faster, but Spark's vectorized reader lacks some of its encodings.
    /// </summary>
    internal static string Options(Dataset dataset, ParquetEncoding encoding) =>
        $"{Format}, PARQUET_VERSION v1, ROW_GROUP_SIZE {RowsOfGroup(dataset)}, {DictionaryOption(dataset, encoding)}RETURN_STATS";

    /// <summary>The options of a file that is no dataset's.</summary>
    internal static string ResultOptions(ParquetEncoding encoding) =>
        encoding == ParquetEncoding.Plain ? $"{Format}, {NoDictionaries}" : Format;

    /// <summary>Runs a statement that writes one file; when zeros with a sign come, it is run anew and writes without dictionaries.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="dataset">Whose file it is.</param>
    /// <param name="copy">
    /// A COPY of the same rows to the same file at each run, with the <see cref="Options"/> and each column guarded by <see cref="SignedZeroSql"/>.
    /// </param>
    /// <param name="cancellationToken">Interrupts, and leaves a torn file behind.</param>
    /// <returns>The file's rows, and its statistics by column.</returns>
    internal static (long RowCount, IReadOnlyList<ColumnStatistics> Statistics) Run(
        DuckDbConnection connection, Dataset dataset, Func<ParquetEncoding, string> copy, CancellationToken cancellationToken)
    {
        // Zeros inside of lists and structs are not looked for.
        var hasHiddenDoubles = dataset.Columns.Any(column => column.Type.IsNested && column.Type.Has(ColumnKind.Double));
        if (hasHiddenDoubles) return Run(connection, dataset, copy(ParquetEncoding.Plain), cancellationToken);
        try
        {
            return Run(connection, dataset, copy(ParquetEncoding.Dictionaries), cancellationToken);
        }
        catch (DuckDbException error) when (error.Message.Contains(SignedZeroSql.Mark, StringComparison.Ordinal))
        {
            return Run(connection, dataset, copy(ParquetEncoding.Plain), cancellationToken);
        }
    }

    /// <summary>Runs a statement that writes one file.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="dataset">Whose file it is.</param>
    /// <param name="sql">A COPY with the <see cref="Options"/>.</param>
    /// <param name="cancellationToken">Interrupts, and leaves a torn file behind.</param>
    /// <returns>The file's rows, and its statistics by column.</returns>
    internal static (long RowCount, IReadOnlyList<ColumnStatistics> Statistics) Run(
        DuckDbConnection connection, Dataset dataset, string sql, CancellationToken cancellationToken)
    {
        var (path, rowCount, statistics) = Execute(connection, sql, cancellationToken);
        // What RETURN_STATS says of NaN is true of the last row group only.
        var hasDoubles = dataset.Columns.Any(column => column.Type.Kind == ColumnKind.Double);
        if (rowCount <= RowsOfGroup(dataset) || !hasDoubles) return (rowCount, statistics);
        var unbounded = UnboundedColumns(connection, path, cancellationToken);
        return (rowCount, [.. statistics.Select(one => unbounded.Contains(one.Column) ? one with { Minimum = null, Maximum = null } : one)]);
    }

    private static int RowsOfGroup(Dataset dataset) => dataset.Partitioning.IsBySymbol() ? RowGroupRows : RowGroupRowsOfManySymbols;

    private static string DictionaryOption(Dataset dataset, ParquetEncoding encoding)
    {
        if (encoding == ParquetEncoding.Plain) return $"{NoDictionaries}, ";
        return dataset.Partitioning.IsBySymbol() ? $"DICTIONARY_SIZE_LIMIT {DictionaryValuesMax}, " : "";
    }

    private static (string Path, long RowCount, List<ColumnStatistics> Statistics) Execute(
        DuckDbConnection connection, string sql, CancellationToken cancellationToken)
    {
        using var result = connection.Query(sql, cancellationToken);
        if (!result.Read()) throw new InvalidOperationException("COPY with RETURN_STATS returned no row.");
        var chunk = result.Chunk;
        var names = result.Columns.Select(column => column.Name).ToList();
        return (
            Encoding.UTF8.GetString(chunk.Column(names.IndexOf("filename")).Bytes(0)),
            (long)chunk.Column(names.IndexOf("count")).Values<ulong>()[0],
            ReadStatistics(chunk.Column(names.IndexOf("column_statistics"))));
    }

    private static HashSet<string> UnboundedColumns(DuckDbConnection connection, string path, CancellationToken cancellationToken)
    {
        var columns = new HashSet<string>(StringComparer.Ordinal);
        using var result = connection.Query(LakeSql.UnboundedColumns(path), cancellationToken);
        while (result.Read())
        {
            for (var row = 0; row < result.Chunk.RowCount; row++) columns.Add(Encoding.UTF8.GetString(result.Chunk.Column(0).Bytes(row)));
        }

        return columns;
    }

    /// <summary>RETURN_STATS gives a map of the quoted column name to a map of the statistic's name to its text.</summary>
    private static List<ColumnStatistics> ReadStatistics(DuckDbVector map)
    {
        var statistics = new List<ColumnStatistics>();
        var (offset, length) = map.ListEntry(0);
        var columnNames = map.MapChild(0);
        var inner = map.MapChild(1);
        for (var column = offset; column < offset + length; column++)
        {
            var entries = ReadEntries(inner, column);
            var nullCount = entries.GetValueOrDefault("null_count");

            // A NaN is greater than all numbers, but no bound tells of it.
            var bounded = entries.GetValueOrDefault("has_nan") != "true";
            statistics.Add(new ColumnStatistics(
                Unquote(Encoding.UTF8.GetString(columnNames.Bytes(column))),
                bounded ? entries.GetValueOrDefault("min") : null,
                bounded ? entries.GetValueOrDefault("max") : null,
                nullCount is null ? null : long.Parse(nullCount, CultureInfo.InvariantCulture)));
        }

        return statistics;
    }

    private static Dictionary<string, string> ReadEntries(DuckDbVector maps, int row)
    {
        var entries = new Dictionary<string, string>(StringComparer.Ordinal);
        var (start, count) = maps.ListEntry(row);
        var names = maps.MapChild(0);
        var values = maps.MapChild(1);
        for (var entry = start; entry < start + count; entry++)
        {
            if (!values.IsNull(entry)) entries[Encoding.UTF8.GetString(names.Bytes(entry))] = Encoding.UTF8.GetString(values.Bytes(entry));
        }

        return entries;
    }

    private static string Unquote(string name) =>
        name is ['"', .., '"'] ? name[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : name;
}
