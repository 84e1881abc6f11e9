using HybridStore.Schema;

namespace HybridStore.Lake.Foreign;

/// <summary>SQL over files that other programs wrote: gives their rows the columns and types of the dataset.</summary>
/// <remarks>
/// What the log says of a file's partition goes before what the file says: Delta's writers leave partition columns out of the file, and where they do
/// not, the protocol still asks readers to take the log's. FORMAT.md, "Files of other programs".
/// </remarks>
internal static class ForeignSql
{
    /// <summary>For each file its columns as one text; equal ones have the same columns.</summary>
    internal static string Signatures(IEnumerable<string> paths) =>
        $"SELECT file_name, string_agg(concat_ws(' ', name, type, type_length, converted_type, logical_type, scale, \"precision\", num_children), chr(10) ORDER BY column_id::BIGINT) "
        + $"FROM parquet_schema({SqlText.LiteralList(paths)}) GROUP BY ALL";

    /// <summary>The names of columns of instants with nanoseconds in any of some files.</summary>
    internal static string NanosecondInstants(IEnumerable<string> paths) =>
        $"SELECT DISTINCT name FROM parquet_schema({SqlText.LiteralList(paths)}) WHERE contains(logical_type, 'isAdjustedToUTC=1') AND contains(logical_type, 'NANOS=NanoSeconds')";

    /// <summary>Files that one statement reads: they have the same columns.</summary>
    /// <remarks>A file with a column of DuckDB's name for its place in the list, which hides that, is read alone.</remarks>
    internal static IEnumerable<IReadOnlyList<RowSource>> Groups(IEnumerable<RowSource> sources) =>
        from source in sources
        let shape = source.Shape
        where shape is not null
        group source by (shape, shape.Find(RowPlaceSql.NativeFileIndexColumn) is null ? "" : source.Path) into alike
        select alike.ToList();

    /// <summary>SQL for every column that a row of the files can be asked for: the dataset's own, <c>date</c> and <c>symbol</c>.</summary>
    /// <param name="dataset">Whose files.</param>
    /// <param name="group">One of <see cref="Groups"/>.</param>
    /// <param name="use">What for.</param>
    internal static IReadOnlyDictionary<string, string> Columns(Dataset dataset, IReadOnlyList<RowSource> group, ForeignUse use)
    {
        var columns = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var file = OfFile(group, source => source.Path);
        foreach (var column in dataset.Columns)
        {
            columns[column.Name] = group[0].Shape!.Find(column.Name) is { } stored
                ? ForeignValueSql.Of(stored, column.Type, file, use)
                : $"NULL::{column.Type.ToSql()}";
        }

        if (dataset.Partitioning.IsBySymbol()) AddSymbol(columns, dataset, group, file, use);
        columns.TryAdd(Dataset.SymbolAlias, columns[dataset.SymbolColumn]);
        if (dataset.Find(Dataset.DateColumn) is null) columns[Dataset.DateColumn] = DateOf(dataset, group, columns[dataset.TimeColumn], file, use);
        if (use != ForeignUse.Answer) columns[dataset.TimeColumn] = CheckedTime(dataset, group, columns[dataset.TimeColumn], file, use);
        return columns;
    }

    /// <summary>The symbol of the partition, as Delta's protocol has it; a file that says another one fails where it is written anew.</summary>
    private static void AddSymbol(Dictionary<string, string> columns, Dataset dataset, IReadOnlyList<RowSource> group, string file, ForeignUse use)
    {
        var symbol = OfFile(group, source => source.File!.Symbol);
        var isOwn = dataset.SymbolColumn.Equals(Dataset.SymbolAlias, StringComparison.OrdinalIgnoreCase);
        if (use is ForeignUse.Rewrite or ForeignUse.Look && group[0].Shape!.Find(dataset.SymbolColumn) is not null)
        {
            var found = columns[dataset.SymbolColumn];
            var misfit = ForeignValueSql.Misfit(file, dataset.SymbolColumn, "the symbol of the partition, found", found);
            columns[dataset.SymbolColumn] = $"CASE WHEN {found} IS NOT DISTINCT FROM {symbol} THEN {symbol} ELSE {misfit} END";
        }
        else if (isOwn)
        {
            columns[dataset.SymbolColumn] = symbol;
        }

        if (!isOwn) columns[Dataset.SymbolAlias] = symbol;
    }

    /// <summary>The time; a row without one, or without a partition by time, belongs nowhere.</summary>
    private static string CheckedTime(Dataset dataset, IReadOnlyList<RowSource> group, string time, string file, ForeignUse use)
    {
        var key = PartitionPath.TimeKey(dataset.Partitioning);
        var from = OfFile(group, source => DayText(source.File!.Days, source.File.Days.From));
        var to = OfFile(group, source => DayText(source.File!.Days, source.File.Days.To));
        var margin = use == ForeignUse.Look ? 1 : 0;
        var sql = $"CASE WHEN {time} IS NULL THEN {ForeignValueSql.Misfit(file, dataset.TimeColumn, "a time, found a row", "NULL")} "
            + $"WHEN {from} IS NULL THEN {ForeignValueSql.Misfit(file, key, $"a {key} in the log's partition values, found none for the time", time)} ";
        if (use != ForeignUse.Copy)
        {
            var expected = $"a time of the {key} that the log's partition values have, found";
            sql += $"WHEN {LakeSql.DayOf(dataset, time)} NOT BETWEEN {from}::DATE - {margin} AND {to}::DATE + {margin} THEN {ForeignValueSql.Misfit(file, dataset.TimeColumn, expected, time)} ";
        }

        return $"{sql}ELSE {time} END";
    }

    private static string? DayText(DateRange days, DateOnly day) => days == DataFile.AnyDay ? null : $"{day:O}";

    /// <summary>The files of a group as a table.</summary>
    /// <param name="group">The files.</param>
    /// <param name="more">Further parameters of read_parquet.</param>
    internal static string From(IReadOnlyList<RowSource> group, string more = "") => $"read_parquet({SqlText.LiteralList(group.Select(source => source.Path))}, hive_partitioning = false{more})";

    /// <summary>The partition date: in layouts by day the log's, else the file's, and where that says none the day of the time.</summary>
    private static string DateOf(Dataset dataset, IReadOnlyList<RowSource> group, string time, string file, ForeignUse use)
    {
        if (PartitionPath.TimeKey(dataset.Partitioning) == Dataset.DateColumn)
        {
            return $"{OfFile(group, source => PartitionPath.TimeValue(dataset.Partitioning, source.File!.Days))}::DATE";
        }

        var day = LakeSql.DayOf(dataset, time);
        return group[0].Shape!.Find(Dataset.DateColumn) is { } stored
            ? $"coalesce({ForeignValueSql.Of(stored, new ColumnType(ColumnKind.Date), file, use)}, {day})"
            : day;
    }

    /// <summary>A text that each file has one of: by the file's place in the list, which costs the same for one file and for thousands.</summary>
    private static string OfFile(IReadOnlyList<RowSource> group, Func<RowSource, string?> text)
    {
        var values = group.Select(text).ToList();
        return values.Distinct(StringComparer.Ordinal).Skip(1).Any()
            ? $"[{string.Join(", ", values.Select(Literal))}][{RowPlaceSql.NativeFileIndexColumn}::BIGINT + 1]"
            : $"{Literal(values[0])}::VARCHAR";
    }

    private static string Literal(string? value) => value is null ? "NULL" : SqlText.Literal(value);
}
