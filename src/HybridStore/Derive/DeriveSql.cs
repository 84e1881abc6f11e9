using HybridStore.Lake;
using HybridStore.Query;
using HybridStore.Schema;

namespace HybridStore.Derive;

/// <summary>The SQL that computes and writes a derived dataset.</summary>
internal static class DeriveSql
{
    /// <summary>The source's name while its rows are all there; the plain name shows one day's.</summary>
    internal const string AllDays = "hybrid_all_";

    /// <summary>The column by which a query may say how its rows of one time are ordered; it is not stored.</summary>
    internal const string OrderColumn = "hybrid_seq";

    private const string Result = "hybrid_result";

    /// <summary>Names and types of a query's columns.</summary>
    internal static string Describe(string query) => $"SELECT column_name, column_type FROM (DESCRIBE {query}\n)";

    /// <summary>A reduction's rows.</summary>
    /// <param name="reduction">Which.</param>
    /// <param name="derivation">With what.</param>
    /// <param name="range">Of which days; null for all.</param>
    internal static string Reduce(Reduction reduction, Derivation derivation, DateRange? range)
    {
        var arguments = new List<string> { SqlText.Literal(derivation.Source) };
        if (reduction.TakesColumn) arguments.Add(SqlText.Literal(derivation.Column!));
        if (reduction.TakesEvery) arguments.Add(SqlText.Literal(derivation.Every!));
        if (reduction.TakesCount) arguments.Add($"{derivation.Count}");
        if (range is { } days) arguments.Add($"from_date := {Date(days.From)}, to_date := {Date(days.To)}");
        return $"SELECT * FROM {reduction.Macro}({string.Join(", ", arguments)})";
    }

    /// <summary>Shows one day of a source under its own name, to statements and to the time-series functions.</summary>
    internal static string ShowDay(Dataset source, DateOnly day) =>
        $"CREATE OR REPLACE TEMP VIEW {SqlText.Identifier(source.Name)} AS SELECT * FROM {SqlText.Identifier(AllDays + source.Name)} WHERE date = {Date(day)}; "
        + $"CREATE OR REPLACE TEMP VIEW {SqlText.Identifier(TickViewsSql.RowsView(source.Name))} AS SELECT * FROM {SqlText.Identifier(TickViewsSql.RowsView(AllDays + source.Name))} WHERE date = {Date(day)}; "
        + TickViewsSql.CreateOthers(source);

    /// <summary>Makes the empty table of results.</summary>
    /// <param name="dataset">The derived dataset.</param>
    internal static string CreateResult(Dataset dataset) =>
        $"CREATE OR REPLACE TEMP TABLE {Result} ({string.Join(", ", dataset.Columns.Select(column => $"{SqlText.Identifier(column.Name)} {column.Type.ToSql()}"))}, {OrderOf(dataset)} BIGINT, {DayOf(dataset)} DATE)";

    /// <summary>Notes which symbols and days count.</summary>
    internal static string CreateChanged(DeriveWork work)
    {
        var days = work.Changes.Where(change => change.Symbol is null).SelectMany(change => change.Days.Days).Distinct().Select(day => $"({Date(day)})");
        var symbolDays = work.Changes.Where(change => change.Symbol is not null).SelectMany(change => change.Days.Days.Select(day => (change.Symbol, day))).Distinct()
            .Select(one => $"({SqlText.Literal(one.Symbol!)}, {Date(one.day)})");
        return $"CREATE OR REPLACE TEMP TABLE hybrid_changed_days (day DATE); CREATE OR REPLACE TEMP TABLE hybrid_changed_symbol_days (symbol VARCHAR, day DATE){Insert("hybrid_changed_days", days)}{Insert("hybrid_changed_symbol_days", symbolDays)}";

        static string Insert(string table, IEnumerable<string> rows) => string.Join(", ", rows) is { Length: > 0 } list ? $"; INSERT INTO {table} VALUES {list}" : "";
    }

    /// <summary>Adds a query's rows to the results.</summary>
    /// <param name="dataset">The derived dataset.</param>
    /// <param name="query">Gives its columns, and perhaps more.</param>
    /// <param name="isOrdered">Whether the query says how rows of one time are ordered.</param>
    /// <param name="onlyChanged">Whether the rest is left out.</param>
    /// <param name="day">The one day that its rows must lie on; null when it may be any.</param>
    internal static string InsertResult(Dataset dataset, string query, bool isOrdered, bool onlyChanged, DateOnly? day)
    {
        var computed = LakeSql.PartitionDay(dataset);
        if (day is { } only) computed = $"CASE WHEN {computed} = {Date(only)} THEN {Date(only)} ELSE error({SqlText.Literal(ElsewhereMark)} || coalesce(({computed})::VARCHAR, 'none')) END";
        return $"INSERT INTO {Result} SELECT * FROM (SELECT {Columns(dataset)}, {(isOrdered ? OrderColumn : "NULL::BIGINT")} AS {OrderOf(dataset)}, {computed} AS {DayOf(dataset)} FROM ({query}\n))"
            + (onlyChanged ? $" WHERE {IsChanged(SqlText.Identifier(dataset.SymbolColumn), DayOf(dataset))}" : "");
    }

    /// <summary>How the error begins when a statement gives rows of another day than the one that it was run for.</summary>
    internal const string ElsewhereMark = "a row lies on another day: ";

    /// <summary>The symbols that have results.</summary>
    internal static string Symbols(Dataset dataset) => $"SELECT DISTINCT {SqlText.Identifier(dataset.SymbolColumn)} FROM {Result}";

    /// <summary>How many rows a partition will have.</summary>
    internal static string CountRows(Dataset dataset, string? symbol, IReadOnlyList<string> oldFiles, bool onlyChanged) => $"SELECT count(*) FROM ({PartitionRows(dataset, symbol, oldFiles, onlyChanged)})";

    /// <summary>Writes a partition: its results, and of its old rows those that did not change.</summary>
    /// <param name="dataset">The derived dataset.</param>
    /// <param name="symbol">The partition's symbol, where the layout has one.</param>
    /// <param name="oldFiles">The partition's files.</param>
    /// <param name="onlyChanged">Whether some old rows stay.</param>
    /// <param name="isOrdered">Whether a number orders rows of one time.</param>
    /// <param name="path">The file to make.</param>
    /// <param name="encoding">How it is written.</param>
    internal static string Write(Dataset dataset, string? symbol, IReadOnlyList<string> oldFiles, bool onlyChanged, bool isOrdered, string path, ParquetEncoding encoding)
    {
        var columns = DeltaSchema.PhysicalColumns(dataset).Select(column =>
        {
            var value = dataset.Columns.Contains(column) ? SqlText.Identifier(column.Name) : DayOf(dataset);
            return $"{SignedZeroSql.Guard(value, column.Type, encoding)} AS {SqlText.Identifier(column.Name)}";
        });
        var bySymbol = dataset.Partitioning.IsBySymbol() ? "" : SqlText.Identifier(dataset.SymbolColumn) + ", ";
        // Rows of one time that no number orders are in the order of their values, so that the same rows always come in the same order.
        var order = isOrdered ? OrderOf(dataset) : string.Join(", ", dataset.Columns.Select(SignedZeroSql.OrderBy));
        return $"COPY (SELECT {string.Join(", ", columns)} FROM ({PartitionRows(dataset, symbol, oldFiles, onlyChanged)}) ORDER BY {bySymbol}{SqlText.Identifier(dataset.TimeColumn)}, {order}) "
            + $"TO {SqlText.Literal(path)} ({ParquetCopy.Options(dataset, encoding)})";
    }

    private static string PartitionRows(Dataset dataset, string? symbol, IReadOnlyList<string> oldFiles, bool onlyChanged)
    {
        var name = SqlText.Identifier(dataset.SymbolColumn);
        var ofSymbol = !dataset.Partitioning.IsBySymbol() ? "" : $" WHERE {name} IS NOT DISTINCT FROM {(symbol is null ? "NULL" : SqlText.Literal(symbol))}";
        var rows = $"SELECT {Columns(dataset)}, {OrderOf(dataset)}, {DayOf(dataset)} FROM {Result}{ofSymbol}";
        if (!onlyChanged || oldFiles.Count == 0) return rows;
        var place = new RowPlaceSql(dataset);
        var old = $"(SELECT {Columns(dataset)}, {place.RowColumn} AS {OrderOf(dataset)}, "
            + $"{LakeSql.PartitionDay(dataset)} AS {DayOf(dataset)} FROM ({place.Select(oldFiles)}))";
        return $"{rows} UNION ALL SELECT * FROM {old} WHERE NOT {IsChanged(name, DayOf(dataset))}";
    }

    private static string IsChanged(string symbol, string day) =>
        $"coalesce({day} IN (SELECT day FROM hybrid_changed_days) OR row({symbol}, {day}) IN (SELECT row(symbol, day) FROM hybrid_changed_symbol_days), false)";

    /// <summary>The column of results that orders rows of one time.</summary>
    private static string OrderOf(Dataset dataset) => dataset.FreeName("hybrid_order");

    /// <summary>The column of results with a row's day.</summary>
    private static string DayOf(Dataset dataset) => dataset.FreeName("hybrid_day");

    private static string Columns(Dataset dataset) => string.Join(", ", dataset.Columns.Select(column => SqlText.Identifier(column.Name)));

    private static string Date(DateOnly day) => $"DATE '{day:O}'";
}
