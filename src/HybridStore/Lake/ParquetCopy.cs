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
    /// Where files hold many symbols in order, statistics should leave out most of them for one. 8.64 M rows of 1,000 generators in the layout date: groups of 20,480
    /// rows 28 MB, 61,440 23 MB and 122,880 20 MB at the same time to write; one generator's month 227, 211 and 261 ms of CPU with the program's start.
    /// Their dictionaries have DuckDB's own limit: one of 1,000 made a sum over them take half as long again.
    /// </summary>
    private const int RowGroupRowsOfManySymbols = 61_440;

    /// <summary>
    /// Distinct values that a column's dictionary may hold where files hold one symbol: sizes of real quotes have 1,000 to 2,500 in a row group. Of one day of BAC, 1,000 and
    /// 3,000 take the same 125 ms of CPU to write, and 17 and 11 ms to average the sizes by venue. Many more cost time on columns that have no dictionary in the end.
    /// </summary>
    private const int DictionaryValuesMax = 4_000;

    /// <summary>
    /// The options of a dataset's files. Parquet's version 1 encodings: every reader has them. Version 2 made the real quotes 8 % smaller
    /// and was no faster, but Spark's vectorized reader lacks some of its encodings.
    /// </summary>
    internal static string Options(Dataset dataset) =>
        $"FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v1, {(dataset.Partitioning.IsBySymbol() ? $"ROW_GROUP_SIZE {RowGroupRows}, DICTIONARY_SIZE_LIMIT {DictionaryValuesMax}" : $"ROW_GROUP_SIZE {RowGroupRowsOfManySymbols}")}, RETURN_STATS";

    /// <summary>Runs the statement.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="sql">A COPY of one file, with the <see cref="Options"/>.</param>
    /// <param name="cancellationToken">Interrupts, and leaves a torn file behind.</param>
    /// <returns>The file's rows, and its statistics by column.</returns>
    internal static (long RowCount, IReadOnlyList<ColumnStatistics> Statistics) Run(DuckDbConnection connection, string sql, CancellationToken cancellationToken)
    {
        using var result = connection.Query(sql, cancellationToken);
        if (!result.Read()) throw new InvalidOperationException("COPY with RETURN_STATS returned no row.");
        var chunk = result.Chunk;
        var names = result.Columns.Select(column => column.Name).ToList();
        return ((long)chunk.Column(names.IndexOf("count")).Values<ulong>()[0], ReadStatistics(chunk.Column(names.IndexOf("column_statistics"))));
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
