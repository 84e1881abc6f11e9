using HybridStore.Schema;

namespace HybridStore.Coverage;

/// <summary>The SQL that counts rows.</summary>
internal static class CoverageSql
{
    /// <summary>Rows by symbol and day.</summary>
    internal static string Counts(Dataset dataset, DateRange? range) => $"SELECT symbol, date, count(*) FROM {SqlText.Identifier(dataset.Name)}{Within(range)} GROUP BY ALL";

    /// <summary>Rows by symbol that differ from each other, of one day.</summary>
    internal static string Distinct(Dataset dataset, DateOnly day, IEnumerable<string> symbols) =>
        $"SELECT symbol, date, count(DISTINCT hash({string.Join(", ", dataset.Columns.Select(column => SqlText.Identifier(column.Name)))})) FROM {SqlText.Identifier(dataset.Name)} "
        + $"WHERE date = DATE '{day:O}' AND symbol IN ({string.Join(", ", symbols.Select(SqlText.Literal))}) GROUP BY ALL";

    private static string Within(DateRange? range) => range is { } days ? $" WHERE date BETWEEN DATE '{days.From:O}' AND DATE '{days.To:O}'" : "";
}
