using HybridStore.Lake;
using HybridStore.Schema;

namespace HybridStore.Query;

/// <summary>The views beside a dataset's own that the time-series functions read.</summary>
/// <remarks>
/// Rows: the dataset's view, and <c>hybrid_</c> columns that say when and in which order in the same words for every dataset. Ticks: symbol, date, time,
/// price, size, bid, bid_size, ask, ask_size, venue. Prices: one price a row, of quotes the middle between the sides that its venue said last.
/// In all of them <c>seq</c> orders rows as they were stored, <c>tick</c> is time and seq as one number, <c>zone</c> is the dataset's,
/// <c>midnight</c> begins the local day and <c>day_end</c> is its last microsecond.
/// </remarks>
internal static class TickViewsSql
{
    /// <summary>What a macro writes for one of these views of the dataset that its parameter names.</summary>
    internal static string Rows(string parameter) => Table(RowsPrefix, parameter);

    /// <inheritdoc cref="Rows"/>
    internal static string Ticks(string parameter) => Table(TicksPrefix, parameter);

    /// <inheritdoc cref="Rows"/>
    internal static string Prices(string parameter) => Table(PricesPrefix, parameter);

    /// <summary>Whether a name is that of one of these views.</summary>
    internal static bool IsView(string? name) =>
        name is not null && ((string[])[RowsPrefix, TicksPrefix, PricesPrefix]).Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    /// <summary>The name of the view over a dataset's files.</summary>
    internal static string RowsView(string dataset) => RowsPrefix + dataset;

    /// <summary>
    /// How the view of rows calls a dataset's column: one with the name of an added column has underscores behind it there.
    /// </summary>
    internal static string NameOf(Dataset dataset, string column) =>
        AddedColumns.Contains(column, StringComparer.OrdinalIgnoreCase) ? dataset.FreeName(column) : column;

    /// <summary>The columns that the view of rows adds to the dataset's own.</summary>
    internal static string RowsColumns(Dataset dataset)
    {
        var time = QuerySql.ColumnExpression(dataset, dataset.TimeColumn);
        var zone = SqlText.Literal(dataset.TimeZone);
        var isInstant = dataset.Find(dataset.TimeColumn)!.Type.Kind == ColumnKind.TimestampTz;
        var local = isInstant ? $"timezone({zone}, {time})" : $"{time}::TIMESTAMP";
        return $"{(isInstant ? time : local)} AS hybrid_time, {(isInstant ? time : $"timezone({zone}, {local})")} AS hybrid_instant, {zone} AS hybrid_zone, "
            + $"{Midnight(0)} AS hybrid_midnight, {Midnight(1)} - INTERVAL 1 MICROSECOND AS hybrid_day_end, "
            // Rows of one time keep the order of the files, which sort by when they came, and of the rows in them.
            + $"{RowPlaceSql.NativeFileIndexColumn}::BIGINT * 4294967296 + {RowPlaceSql.NativeRowColumn} AS hybrid_seq";

        // Midnight of instants is where the day begins: where midnight comes twice the first, where it is skipped the change.
        string Midnight(int days) =>
            $"hybrid_zone_start({zone}, date_trunc('day', {local})::TIMESTAMP + INTERVAL {days} DAY, {(isInstant ? time : local)})";
    }

    /// <summary>The other two views, over that of the rows.</summary>
    internal static string CreateOthers(Dataset dataset)
    {
        var roles = TickColumns.Of(dataset).ToDictionary(role => role.Role, role => role.Column);
        var columns = TickColumns.Of(dataset).Select(role => $"{(role.Column is { } column ? SqlText.Identifier(column.Name) : "NULL")}::{role.Type.ToSql()} AS {role.Role}");
        var ticks = SqlText.Identifier(TicksPrefix + dataset.Name);
        return $"CREATE OR REPLACE TEMP VIEW {ticks} AS SELECT {SqlText.Identifier(Dataset.SymbolAlias)} AS symbol, {SqlText.Identifier(Dataset.DateColumn)} AS date, hybrid_time AS time, "
            + $"hybrid_zone AS zone, hybrid_midnight AS midnight, hybrid_day_end AS day_end, hybrid_seq AS seq, {Tick} AS tick, "
            + $"{string.Join(", ", columns)} "
            + $"FROM {SqlText.Identifier(RowsView(dataset.Name))}; "
            + $"CREATE OR REPLACE TEMP VIEW {SqlText.Identifier(PricesPrefix + dataset.Name)} AS {(roles["price"] is null && roles["bid"] is not null && roles["ask"] is not null ? Middles(ticks) : $"SELECT {PriceColumns}, price, size FROM {ticks} WHERE price IS NOT NULL")}";
    }

    /// <summary>A row's tick, from the view of rows.</summary>
    internal const string Tick = $"epoch_us(hybrid_time)::HUGEINT * {TicksOfMicrosecond} + hybrid_seq";

    /// <summary>More than any row's seq, so that a tick is greater than all of an earlier microsecond.</summary>
    internal const string TicksOfMicrosecond = "18446744073709551616";

    private static readonly string[] AddedColumns =
        ["hybrid_time", "hybrid_instant", "hybrid_zone", "hybrid_midnight", "hybrid_day_end", "hybrid_seq"];

    private const string RowsPrefix = "hybrid_rows_";
    private const string TicksPrefix = "hybrid_ticks_";
    private const string PricesPrefix = "hybrid_prices_";
    private const string PriceColumns = "symbol, date, time, zone, midnight, day_end, seq, tick";

    /// <summary>A row of a quote feed often says one side only: the other one stands as its venue said it before.</summary>
    private static string Middles(string ticks) =>
        $"""
        SELECT {PriceColumns}, (bid + ask) / 2 AS price, NULL::DOUBLE AS size
        FROM (SELECT {PriceColumns}, last_value(bid IGNORE NULLS) OVER past AS bid, last_value(ask IGNORE NULLS) OVER past AS ask FROM {ticks} WHERE bid IS NOT NULL OR ask IS NOT NULL
            WINDOW past AS (PARTITION BY symbol, date, venue ORDER BY time, seq ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW))
        WHERE bid > 0 AND ask > 0
        """;

    private static string Table(string prefix, string parameter) => $"query_table('{prefix}' || lower({parameter}))";
}
