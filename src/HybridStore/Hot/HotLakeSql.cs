using HybridStore.Lake.Foreign;
using HybridStore.Schema;
using static HybridStore.SqlText;

namespace HybridStore.Hot;

/// <summary>SQL for DuckDB: rows and facts of the lake's files.</summary>
internal static class HotLakeSql
{
    private const int SampleRows = 20_000;

    /// <summary>Rows of files in the order of the files and inside of them, with the columns of a leaf.</summary>
    /// <param name="layout">The table.</param>
    /// <param name="files">The files, in order.</param>
    /// <param name="date">The day, given to every row.</param>
    /// <param name="onlyDay">Whether the files hold other days, too.</param>
    /// <param name="onlySymbols">The symbols to take; null for all.</param>
    internal static string Rows(HotLayout layout, IReadOnlyList<RowSource> files, DateOnly date, bool onlyDay, IReadOnlyCollection<string>? onlySymbols)
    {
        var columns = layout.LeafColumns.Select(column => column.Name == Dataset.DateColumn
            ? $"{Day(date)} AS {Identifier(column.Name)}"
            : $"CAST({Identifier(column.Name)} AS {column.Type.ToSql()}) AS {Identifier(column.Name)}");
        var conditions = new List<string>();
        if (onlyDay) conditions.Add($"{DayOf(layout.Dataset)} = {Day(date)}");
        if (onlySymbols is not null) conditions.Add($"{Identifier(layout.Dataset.SymbolColumn)} IN ({string.Join(", ", onlySymbols.Select(Literal))})");
        return $"SELECT {string.Join(", ", columns)} FROM {Files(layout.Dataset, files)}{(conditions.Count > 0 ? " WHERE " + string.Join(" AND ", conditions) : "")}";
    }

    /// <summary>Symbols, days and how many rows each has.</summary>
    internal static string Contents(Dataset dataset, IReadOnlyList<RowSource> files, DateRange range, IReadOnlyCollection<string>? onlySymbols) =>
        $"SELECT CAST({Identifier(dataset.SymbolColumn)} AS VARCHAR) AS symbol, {DayOf(dataset)} AS day, count(*) AS row_count FROM {Files(dataset, files)} "
        + $"WHERE {DayOf(dataset)} BETWEEN {Day(range.From)} AND {Day(range.To)}"
        + (onlySymbols is null ? "" : $" AND {Identifier(dataset.SymbolColumn)} IN ({string.Join(", ", onlySymbols.Select(Literal))})")
        + " GROUP BY ALL ORDER BY ALL";

    /// <summary>Symbols and how many rows each has, of files that hold one day.</summary>
    internal static string Symbols(Dataset dataset, IReadOnlyList<RowSource> files, IReadOnlyCollection<string>? onlySymbols) =>
        $"SELECT CAST({Identifier(dataset.SymbolColumn)} AS VARCHAR) AS symbol, count(*) AS row_count FROM {Files(dataset, files)}"
        + (onlySymbols is null ? "" : $" WHERE {Identifier(dataset.SymbolColumn)} IN ({string.Join(", ", onlySymbols.Select(Literal))})")
        + " GROUP BY ALL ORDER BY ALL";

    /// <summary>Bytes of texts, on average over the first rows of files.</summary>
    internal static string TextBytes(Dataset dataset, IReadOnlyList<RowSource> files, IReadOnlyList<HotColumn> columns) =>
        $"SELECT {string.Join(", ", columns.Select(column => $"coalesce(avg(strlen(CAST({Identifier(column.Name)} AS VARCHAR))), 0.0)::DOUBLE"))} FROM (FROM {Files(dataset, files)} LIMIT {SampleRows})";

    /// <summary>The newest days with rows, the last first.</summary>
    internal static string NewestDays(Dataset dataset, IReadOnlyList<RowSource> files, DateOnly last, int countMax) =>
        $"SELECT DISTINCT {DayOf(dataset)} AS day FROM {Files(dataset, files)} WHERE {DayOf(dataset)} <= {Day(last)} ORDER BY day DESC LIMIT {countMax}";

    /// <summary>The newest day with rows.</summary>
    internal static string NewestDay(Dataset dataset, IReadOnlyList<RowSource> files) => $"SELECT max({DayOf(dataset)}) AS day FROM {Files(dataset, files)}";

    /// <summary>The files' rows; a column that a file does not have yet is null in its rows.</summary>
    private static string Files(Dataset dataset, IReadOnlyList<RowSource> files)
    {
        var tables = new List<string> { $"SELECT {string.Join(", ", dataset.Columns.Select(column => $"CAST(NULL AS {column.Type.ToSql()}) AS {Identifier(column.Name)}"))} WHERE false" };
        var own = RowSource.WithoutForeign(files);
        if (own.Count > 0) tables.Add($"SELECT * FROM read_parquet({LiteralList(own.Select(file => file.Path))}, hive_partitioning = false, union_by_name = true)");
        foreach (var group in ForeignSql.Groups(files))
        {
            var columns = ForeignSql.Columns(dataset, group, ForeignUse.Copy);
            tables.Add($"SELECT {string.Join(", ", dataset.Columns.Select(column => $"{columns[column.Name]} AS {Identifier(column.Name)}"))} FROM {ForeignSql.From(group)}");
        }

        return $"({string.Join(" UNION ALL BY NAME ", tables)})";
    }

    private static string DayOf(Dataset dataset)
    {
        var time = Identifier(dataset.TimeColumn);
        return dataset.Find(dataset.TimeColumn)?.Type.Kind == ColumnKind.TimestampTz
            ? $"CAST({time} AT TIME ZONE {Literal(dataset.TimeZone)} AS DATE)"
            : $"CAST({time} AS DATE)";
    }

    private static string Day(DateOnly date) => $"DATE '{date:O}'";
}
