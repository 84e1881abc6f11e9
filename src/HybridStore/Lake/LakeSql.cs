using HybridStore.Lake.Foreign;
using HybridStore.Schema;

namespace HybridStore.Lake;

/// <summary>The SQL that the lake runs over its own files.</summary>
internal static class LakeSql
{
    private const string FolderOptions = "hive_partitioning = true, hive_types_autocast = false, union_by_name = true";

    /// <summary>Makes DuckDB read every row of a file, whatever the file's statistics say of it.</summary>
    /// <remarks>Parquet.Net 6.1.0, for one, writes bounds of microseconds as if they were milliseconds: a condition then finds no rows.</remarks>
    internal const string DisbelieveStatistics = "SET disabled_optimizers = 'filter_pushdown,join_filter_pushdown,statistics_propagation'";

    /// <summary>Data files as a table, by their own columns only.</summary>
    internal static string Files(IEnumerable<string> paths) => $"read_parquet({SqlText.LiteralList(paths)}, hive_partitioning = false)";

    /// <summary>Data files as a table with all of the dataset's columns: one that a file lacks, because it was added later, has no values.</summary>
    internal static string Files(Dataset dataset, IEnumerable<string> paths) =>
        $"(SELECT {Absent(dataset)} WHERE false UNION ALL BY NAME SELECT * FROM read_parquet({SqlText.LiteralList(paths)}, hive_partitioning = false, union_by_name = true))";

    /// <summary>Names and types of a file's columns.</summary>
    internal static string Describe(string path) => $"SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM {Files([path])})";

    /// <summary>
    /// One row: the number of rows, of rows of another symbol, of rows outside of the partition's days; then for each column the number of
    /// missing values, and whether its bounds hold.
    /// </summary>
    /// <param name="rows">The file's rows, with all columns of the dataset.</param>
    /// <param name="dataset">Whose file it is.</param>
    /// <param name="file">What the log says of it.</param>
    internal static string Check(string rows, Dataset dataset, DataFile file)
    {
        var symbol = SqlText.Identifier(dataset.SymbolColumn);
        var wrongSymbol = !dataset.Partitioning.IsBySymbol() ? "0"
            : file.Symbol is null ? $"count({symbol})"
            : $"count(*) FILTER (WHERE {symbol} IS DISTINCT FROM {SqlText.Literal(file.Symbol)})";
        // Rows of other programs were checked while they were read: see ForeignSql.
        var checks = new List<string> { "count(*)", wrongSymbol, file.IsForeign ? "0" : Misplaced(dataset, file) };
        foreach (var column in DeltaSchema.PhysicalColumns(dataset))
        {
            var name = SqlText.Identifier(column.Name);
            var bounds = file.Statistics.FirstOrDefault(one => one.Column == column.Name);
            checks.Add($"count(*) - count({name})");
            checks.Add(Holds(WithMargin($"min({name})", "+", column.Type, file), ">=", BoundOf(bounds?.Minimum, column.Type, file), column.Type));
            checks.Add(Holds(WithMargin($"max({name})", "-", column.Type, file), "<=", BoundOf(bounds?.Maximum, column.Type, file), column.Type));
        }

        return $"SELECT {string.Join(", ", checks.Select(check => $"({check})::BIGINT"))} FROM {rows}";
    }

    /// <summary>How many rows of a file lie on another day than its partition's, or than they say.</summary>
    internal static string CountMisplaced(string path, Dataset dataset, DataFile file) =>
        $"SELECT {Misplaced(dataset, file)} FROM {Files(dataset, [path])}";

    private static string Misplaced(Dataset dataset, DataFile file)
    {
        var day = PartitionDay(dataset);
        var wrongDate = DeltaSchema.PhysicalColumns(dataset).Count > dataset.Columns.Count
            ? $" OR {SqlText.Identifier(Dataset.DateColumn)} IS DISTINCT FROM {day}"
            : "";
        return $"count(*) FILTER (WHERE ({day} BETWEEN DATE '{file.Days.From:O}' AND DATE '{file.Days.To:O}') IS NOT TRUE{wrongDate})";
    }

    /// <summary>One row: whether the times of a file's rows lie on its partition's days or on the days beside them.</summary>
    internal static string LiesNear(string path, Dataset dataset, DataFile file) =>
        $"SELECT coalesce(bool_and({PartitionDay(dataset)} BETWEEN DATE '{file.Days.From:O}' - 1 AND DATE '{file.Days.To:O}' + 1), true)"
        + $"::BIGINT FROM {Files(dataset, [path])}";

    /// <summary>One row: the bounds of a column and the number of its missing values as the file's footer states them; null where it does not for every row group.</summary>
    internal static string FooterStatistics(string path, Column column)
    {
        var type = column.Type.ToSql();
        return $"SELECT CASE WHEN bool_and(stats_min_value IS NOT NULL) THEN min(stats_min_value::{type})::VARCHAR END, CASE WHEN bool_and(stats_max_value IS NOT NULL) THEN max(stats_max_value::{type})::VARCHAR END, "
            + $"CASE WHEN bool_and(stats_null_count IS NOT NULL) THEN sum(stats_null_count)::BIGINT END FROM parquet_metadata({SqlText.Literal(path)}) WHERE lower(path_in_schema) = {SqlText.Literal(column.Name.ToLowerInvariant())}";
    }

    /// <summary>The columns with a row group that has values and no bounds: DuckDB writes none where there is a NaN.</summary>
    internal static string UnboundedColumns(string path) =>
        $"SELECT DISTINCT path_in_schema FROM parquet_metadata({SqlText.Literal(path)}) WHERE stats_min_value IS NULL AND num_values > coalesce(stats_null_count, 0)";

    /// <summary>The columns that order a file's rows, in the order in which they stand: symbol, then time in microseconds.</summary>
    internal static string Order(string path, Dataset dataset) =>
        $"SELECT {SqlText.Identifier(dataset.SymbolColumn)}, epoch_us({SqlText.Identifier(dataset.TimeColumn)}::TIMESTAMP) FROM {Files([path])}";

    /// <summary>Writes rows of several data files to one, in the order that the layout asks for; rows of equal time keep the order of the files and of the rows in them.</summary>
    /// <param name="dataset">As the new file is to be.</param>
    /// <param name="sources">Files, older ones first.</param>
    /// <param name="rows">The rows: a table expression called <c>source_rows</c> and, perhaps, a condition.</param>
    /// <param name="path">The file to make.</param>
    /// <param name="encoding">How it is written.</param>
    internal static string Rewrite(Dataset dataset, IReadOnlyList<RowSource> sources, string rows, string path, ParquetEncoding encoding)
    {
        var order = new RowPlaceSql(dataset).Order(sources.Select(source => source.Path));
        var columns = DeltaSchema.PhysicalColumns(dataset).Select(column =>
        {
            var value = dataset.Columns.Contains(column) ? SqlText.Identifier(column.Name) : PartitionDay(dataset);
            return $"{SignedZeroSql.Guard($"{value}::{column.Type.ToSql()}", column.Type, encoding)} AS {SqlText.Identifier(column.Name)}";
        });
        var symbol = dataset.Partitioning.IsBySymbol() ? "" : $"source_rows.{SqlText.Identifier(dataset.SymbolColumn)}, ";
        return $"COPY (SELECT {string.Join(", ", columns)} FROM {rows} ORDER BY {symbol}source_rows.{SqlText.Identifier(dataset.TimeColumn)}, {order}) "
            + $"TO {SqlText.Literal(path)} ({ParquetCopy.Options(dataset, encoding)})";
    }

    /// <summary>The rows of one partition.</summary>
    internal static string OfPartition(Dataset dataset, string? symbol, DateRange days)
    {
        var ofSymbol = !dataset.Partitioning.IsBySymbol() ? "" : $" AND {SqlText.Identifier(dataset.SymbolColumn)} IS NOT DISTINCT FROM {(symbol is null ? "NULL" : SqlText.Literal(symbol))}";
        return $"WHERE {PartitionDay(dataset)} BETWEEN DATE '{days.From:O}' AND DATE '{days.To:O}'{ofSymbol}";
    }

    /// <summary>Keeps the new rows that stay, one of each key, as a table: what merging looks up for each old row, which only stream by.</summary>
    /// <param name="dataset">Whose files.</param>
    /// <param name="sources">Files, older ones first.</param>
    /// <param name="oldCount">How many of them hold old rows.</param>
    /// <param name="key">The columns that make rows the same.</param>
    /// <param name="keepLast">Whether the last new row of a key stays, and replaces the old ones; else the first, where there is no old one.</param>
    internal static string CollectNewRows(Dataset dataset, IReadOnlyList<RowSource> sources, int oldCount, IReadOnlyList<string> key, bool keepLast)
    {
        var place = new RowPlaceSql(dataset);
        var columns = key.Select((column, index) => $"source_rows.{SqlText.Identifier(column)} AS k{index}");
        var sameKey = string.Join(", ", key.Select(column => $"source_rows.{SqlText.Identifier(column)}"));
        var sql = $"CREATE OR REPLACE TEMP TABLE merge_rows AS SELECT {string.Join(", ", columns)}, {place.FileColumn} AS file, {place.RowColumn} AS number "
            + $"FROM {Rows([.. sources.Skip(oldCount)], dataset)} QUALIFY row_number() OVER (PARTITION BY {sameKey} ORDER BY {place.Order(sources.Select(source => source.Path), keepLast ? " DESC" : "")}) = 1;";
        if (keepLast || oldCount == 0) return sql;
        var known = $"SELECT DISTINCT {string.Join(", ", columns)} FROM {Rows([.. sources.Take(oldCount)], dataset)} SEMI JOIN merge_rows ON {SameKey("source_rows", "merge_rows", key)}";
        return $"{sql} CREATE OR REPLACE TEMP TABLE merge_known AS {known}; "
            + $"CREATE OR REPLACE TEMP TABLE merge_rows AS SELECT merge_rows.* FROM merge_rows ANTI JOIN merge_known ON {string.Join(" AND ", key.Select((_, index) => $"merge_rows.k{index} IS NOT DISTINCT FROM merge_known.k{index}"))}; DROP TABLE merge_known";
    }

    /// <summary>How many rows stay: a row with their number among the old ones, and among the new.</summary>
    /// <inheritdoc cref="CollectNewRows"/>
    internal static string CountMerged(Dataset dataset, IReadOnlyList<RowSource> sources, int oldCount, IReadOnlyList<string> key, bool keepLast) =>
        $"SELECT {(oldCount == 0 ? "0::BIGINT" : $"(SELECT count(*) FROM {OldRows(dataset, sources, oldCount, key, keepLast)})")}, (SELECT count(*) FROM merge_rows)";

    /// <summary>The rows that stay, as a table expression for <see cref="Rewrite"/>.</summary>
    /// <inheritdoc cref="CollectNewRows"/>
    internal static string Merged(Dataset dataset, IReadOnlyList<RowSource> sources, int oldCount, IReadOnlyList<string> key, bool keepLast)
    {
        var place = new RowPlaceSql(dataset);
        var own = string.Join(", ", dataset.Columns.Select(column => $"source_rows.{SqlText.Identifier(column.Name)}"));
        var columns = $"{own}, source_rows.{place.FileColumn}, source_rows.{place.RowColumn}";
        var added = $"SELECT {columns} FROM {Rows([.. sources.Skip(oldCount)], dataset)} SEMI JOIN merge_rows "
            + $"ON source_rows.{place.FileColumn} = merge_rows.file AND source_rows.{place.RowColumn} = merge_rows.number";
        return oldCount == 0 ? $"({added}) AS source_rows" : $"(SELECT {columns} FROM {OldRows(dataset, sources, oldCount, key, keepLast)} UNION ALL {added}) AS source_rows";
    }

    private static string OldRows(Dataset dataset, IReadOnlyList<RowSource> sources, int oldCount, IReadOnlyList<string> key, bool keepLast) =>
        $"{Rows([.. sources.Take(oldCount)], dataset)}{(keepLast ? $" ANTI JOIN merge_rows ON {SameKey("source_rows", "merge_rows", key)}" : "")}";

    private static string SameKey(string rows, string keys, IReadOnlyList<string> key) =>
        string.Join(" AND ", key.Select((column, index) => $"{rows}.{SqlText.Identifier(column)} IS NOT DISTINCT FROM {keys}.k{index}"));

    /// <summary>The symbols and first days of partitions that a file's rows belong to.</summary>
    /// <param name="dataset">In the layout asked for.</param>
    /// <param name="rows">The file's rows: <see cref="Rows"/>, <see cref="AdoptedRows"/> or <see cref="FolderRows"/>.</param>
    internal static string Partitions(Dataset dataset, string rows) =>
        $"SELECT DISTINCT {SqlText.Identifier(dataset.SymbolColumn)}::VARCHAR, {PartitionDay(dataset)} FROM {rows}";

    /// <summary>Names and types of the columns of files and of their folders, which are text.</summary>
    internal static string DescribeFolder(IReadOnlyList<string> paths) =>
        $"SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet({SqlText.LiteralList(paths)}, {FolderOptions}))";

    /// <summary>All rows of a dataset's files, with the file and the place of each.</summary>
    /// <param name="sources">Files.</param>
    /// <param name="dataset">Whose.</param>
    /// <param name="use">What for.</param>
    internal static string Rows(IReadOnlyList<RowSource> sources, Dataset dataset, ForeignUse use = ForeignUse.Rewrite)
    {
        var place = new RowPlaceSql(dataset);
        var tables = new List<string> { $"SELECT {Absent(dataset)}, NULL::VARCHAR AS {place.FileColumn}, NULL::BIGINT AS {place.RowColumn} WHERE false" };
        var own = RowSource.WithoutForeign(sources);
        if (own.Count > 0) tables.Add(place.Select(own.Select(source => source.Path)));
        tables.AddRange(ForeignSql.Groups(sources).Select(group => ForeignRows(dataset, group, place, use)));
        return $"({string.Join(" UNION ALL BY NAME ", tables)}) AS source_rows";
    }

    /// <summary>All rows of files that become a dataset's, with the file and the place of each: what a file has itself goes before what its folders' names say.</summary>
    /// <param name="sources">Files, with their shapes.</param>
    /// <param name="dataset">The new dataset.</param>
    internal static string AdoptedRows(IReadOnlyList<RowSource> sources, Dataset dataset)
    {
        var place = new RowPlaceSql(dataset);
        var tables = new List<string> { $"SELECT {Absent(dataset)}, NULL::VARCHAR AS {place.FileColumn}, NULL::BIGINT AS {place.RowColumn} WHERE false" };
        foreach (var group in ForeignSql.Groups(sources))
        {
            var columns = dataset.Columns.Select(column => $"{Value(group[0].Shape!, column)} AS {SqlText.Identifier(column.Name)}");
            var files = ForeignSql.From(group, $", filename = '{place.FileColumn}', {RowPlaceSql.NativeRowColumn} = true");
            tables.Add($"SELECT {string.Join(", ", columns)}, {place.FileColumn}, {RowPlaceSql.NativeRowColumn} AS {place.RowColumn} FROM {files}");
        }

        return $"({string.Join(" UNION ALL BY NAME ", tables)}) AS source_rows";

        string Value(FileShape shape, Column column) => shape.Find(column.Name) is { } stored
            ? ForeignValueSql.Of(stored, column.Type, place.FileColumn, ForeignUse.Rewrite)
            : $"{FolderValue(column.Name, place.FileColumn)}::{column.Type.ToSql()}";
    }

    /// <summary>What a folder's name says of a column, in Hive's spelling; null where no folder names it.</summary>
    private static string FolderValue(string column, string path)
    {
        var text = $"regexp_extract({path}, '/' || regexp_escape({SqlText.Literal(column)}) || '=([^/]*)/', 1, 'i')";
        return $"url_decode(nullif(nullif({text}, ''), {SqlText.Literal(PartitionPath.MissingSymbol)}))";
    }

    /// <summary>All rows of files as a plain glob shows them, with the file and the place of each: what a folder's name says goes before what the file has.</summary>
    internal static string FolderRows(IReadOnlyList<string> paths)
    {
        var place = new RowPlaceSql(null);
        return $"read_parquet({SqlText.LiteralList(paths)}, {FolderOptions}, filename = '{place.FileColumn}', {RowPlaceSql.NativeRowColumn} = true) AS source_rows";
    }

    private static string ForeignRows(Dataset dataset, IReadOnlyList<RowSource> group, RowPlaceSql place, ForeignUse use)
    {
        var columns = ForeignSql.Columns(dataset, group, use);
        var select = DeltaSchema.PhysicalColumns(dataset).Select(column => $"{columns[column.Name]} AS {SqlText.Identifier(column.Name)}");
        var placed = $"{place.FileColumn}, {RowPlaceSql.NativeRowColumn} AS {place.RowColumn}";
        return $"SELECT {string.Join(", ", select)}, {placed} FROM {ForeignSql.From(group, $", filename = '{place.FileColumn}', {RowPlaceSql.NativeRowColumn} = true")}";
    }

    private static string Absent(Dataset dataset) =>
        string.Join(", ", DeltaSchema.PhysicalColumns(dataset).Select(column => $"NULL::{column.Type.ToSql()} AS {SqlText.Identifier(column.Name)}"));

    /// <summary>The local day of a row.</summary>
    internal static string PartitionDay(Dataset dataset) => DayOf(dataset, SqlText.Identifier(dataset.TimeColumn));

    /// <summary>The local day of a time.</summary>
    /// <param name="dataset">Whose.</param>
    /// <param name="time">SQL for a value of its time column's type.</param>
    internal static string DayOf(Dataset dataset, string time)
    {
        return dataset.Find(dataset.TimeColumn)!.Type.Kind == ColumnKind.TimestampTz
            ? $"timezone({SqlText.Literal(dataset.TimeZone)}, {time})::DATE"
            : $"{time}::DATE";
    }

    /// <summary>A checkpoint's rows as JSON, one action each.</summary>
    internal static string CheckpointAsJson(string path) => $"SELECT to_json(checkpoint)::VARCHAR FROM {Files([path])} AS checkpoint";

    /// <summary>Writes a checkpoint from a log's reconciled actions; returns the number of rows.</summary>
    /// <param name="actions">A file of actions, NDJSON.</param>
    /// <param name="path">The file to make.</param>
    /// <remarks>Source: Delta protocol, "Checkpoint Schema".</remarks>
    internal static string WriteCheckpoint(string actions, string path) =>
        $"""
        COPY (
            SELECT txn, "add", "remove", "metaData", protocol
            FROM read_json({SqlText.Literal(actions)}, format = 'newline_delimited', maximum_object_size = 268435456, columns = {CheckpointColumns})
            WHERE coalesce(txn IS NOT NULL OR "add" IS NOT NULL OR "remove" IS NOT NULL OR "metaData" IS NOT NULL OR protocol IS NOT NULL, false)
        ) TO {SqlText.Literal(path)} ({ParquetCopy.Format})
        """;

    private const string CheckpointColumns =
        """
        {
            txn: 'STRUCT(appId VARCHAR, version BIGINT, lastUpdated BIGINT)',
            add: 'STRUCT(path VARCHAR, partitionValues MAP(VARCHAR, VARCHAR), size BIGINT, modificationTime BIGINT, dataChange BOOLEAN, stats VARCHAR, tags MAP(VARCHAR, VARCHAR))',
            remove: 'STRUCT(path VARCHAR, deletionTimestamp BIGINT, dataChange BOOLEAN)',
            metaData: 'STRUCT(id VARCHAR, name VARCHAR, format STRUCT(provider VARCHAR, options MAP(VARCHAR, VARCHAR)), schemaString VARCHAR, partitionColumns VARCHAR[], configuration MAP(VARCHAR, VARCHAR), createdTime BIGINT)',
            protocol: 'STRUCT(minReaderVersion INTEGER, minWriterVersion INTEGER, readerFeatures VARCHAR[], writerFeatures VARCHAR[])'
        }
        """;

    /// <summary>A bound that is to hold; null for one that other programs round: texts are cut, and decimals go through doubles.</summary>
    private static string? BoundOf(string? bound, ColumnType type, DataFile file) =>
        file.IsForeign && type.Kind is ColumnKind.Varchar or ColumnKind.Decimal or ColumnKind.Double ? null : bound;

    /// <summary>Other programs state times to the millisecond, as Delta's protocol has it.</summary>
    private static string WithMargin(string value, string sign, ColumnType type, DataFile file) =>
        file.IsForeign && type.Kind is ColumnKind.Timestamp or ColumnKind.TimestampTz ? $"{value} {sign} INTERVAL 1 MILLISECOND" : value;

    private static string Holds(string value, string comparison, string? bound, ColumnType type) => bound is null
        ? "true"
        : $"coalesce({value} {comparison} {SqlText.Literal(bound)}::{type.ToSql()}, true)";
}
