using HybridStore.Schema;

namespace HybridStore.Query;

/// <summary>Which of a dataset's columns are price, size, bid, ask and venue: by the names in use for them.</summary>
internal static class TickColumns
{
    private static readonly (string Role, ColumnKind Kind, string[] Names)[] Roles =
    [
        ("price", ColumnKind.Double, ["price", "trade_price", "last_price", "close", "px"]),
        ("size", ColumnKind.Double, ["size", "trade_size", "quantity", "qty", "volume", "shares"]),
        ("bid", ColumnKind.Double, ["bid_price", "bid", "best_bid", "bp"]),
        ("bid_size", ColumnKind.Double, ["bid_size", "bid_qty", "bid_quantity", "bsize"]),
        ("ask", ColumnKind.Double, ["ask_price", "ask", "best_ask", "offer", "offer_price", "ap"]),
        ("ask_size", ColumnKind.Double, ["ask_size", "ask_qty", "ask_quantity", "offer_size", "asize"]),
        ("venue", ColumnKind.Varchar, ["venue", "exchange", "mic", "ex"]),
    ];

    /// <summary>Each role with the column that plays it.</summary>
    /// <returns>A null column where the dataset has none.</returns>
    internal static IEnumerable<(string Role, ColumnType Type, Column? Column)> Of(Dataset dataset) =>
        Roles.Select(role => (role.Role, new ColumnType(role.Kind), role.Names.Select(dataset.Find).FirstOrDefault(column => column is { Type.IsNested: false })));
}
