using System.Globalization;
using System.Text;
using HybridStore.Lake;
using HybridStore.Lake.Foreign;
using HybridStore.Schema;

namespace HybridStore.Query;

/// <summary>The SQL of scans: over the files themselves, with only those conditions that the list of files leaves open.</summary>
/// <param name="snapshot">Of the dataset.</param>
/// <param name="symbols">Those asked for, in order.</param>
/// <param name="days">The partition dates asked for.</param>
/// <param name="columns">The columns beside the time.</param>
/// <param name="sourcesOf">Looks into the files that other programs wrote.</param>
internal sealed class ScanSql(
    LakeSnapshot snapshot, IReadOnlyList<string> symbols, DateRange days, IReadOnlyList<string> columns, Func<IReadOnlyList<DataFile>, IReadOnlyList<RowSource>> sourcesOf)
{
    /// <summary>The column that tells rows of several symbols apart.</summary>
    private readonly string _symbolIndex = snapshot.Dataset.FreeName("hybrid_symbol_index");

    private readonly string _symbolName = snapshot.Dataset.FreeName("hybrid_symbol");

    /// <summary>DuckDB's own columns say where a row is stored.</summary>
    private const string StoredOrder = $"{RowPlaceSql.NativeFileIndexColumn}, {RowPlaceSql.NativeRowColumn}";

    /// <summary>The columns beside the time.</summary>
    internal int ColumnCount => columns.Count;

    /// <summary>A segment's rows in order: the time in microseconds, the columns, and in a segment of several symbols the index of the row's.</summary>
    /// <param name="segment">Which.</param>
    /// <param name="skippedRows">Rows from the beginning that are left out.</param>
    internal string Rows(ScanSegment segment, long skippedRows)
    {
        var isMixed = segment.SymbolIndex is null;
        var sql = Select(segment, isMixed ? _symbolIndex : null);
        if (isMixed) sql.Append(CultureInfo.InvariantCulture, $" JOIN {SymbolList()} ON {Own(snapshot.Dataset.SymbolColumn)} = {_symbolName}");
        AppendConditions(sql, segment);
        if (!IsInOrder(segment)) sql.Append(CultureInfo.InvariantCulture, $" ORDER BY {Own(snapshot.Dataset.TimeColumn)}{(isMixed ? $", {_symbolIndex}" : "")}, {StoredOrder}");
        if (skippedRows > 0) sql.Append(CultureInfo.InvariantCulture, $" OFFSET {skippedRows}");
        return sql.ToString();
    }

    /// <summary>The rows of a segment of several symbols as they are stored, also those of symbols that were not asked for: the time, the columns, and the symbol.</summary>
    /// <param name="segment">Which.</param>
    internal string StoredRows(ScanSegment segment)
    {
        // A condition on many symbols may become a join, which need not keep the order.
        var sql = Select(segment, Own(snapshot.Dataset.SymbolColumn));
        AppendConditions(sql, segment);
        return sql.ToString();
    }

    /// <summary>All symbols of files, in ordinal order.</summary>
    internal static string AllSymbols(Dataset dataset, IReadOnlyList<RowSource> files)
    {
        var symbol = QuerySql.ColumnExpression(dataset, dataset.SymbolColumn);
        return $"SELECT DISTINCT {symbol} FROM {QuerySql.Files(dataset, files, withDate: false)} WHERE {symbol} IS NOT NULL";
    }

    private StringBuilder Select(ScanSegment segment, string? symbol)
    {
        var dataset = snapshot.Dataset;
        var files = sourcesOf(segment.Files);
        var sql = new StringBuilder();
        sql.Append(CultureInfo.InvariantCulture, $"SELECT {Own(dataset.TimeColumn)}{(dataset.Find(dataset.TimeColumn)!.Type.Kind == ColumnKind.Date ? "::TIMESTAMP" : "")}");
        foreach (var column in columns) sql.Append(", ").Append(QuerySql.ColumnExpression(dataset, column, files));
        if (symbol is not null) sql.Append(", ").Append(symbol);
        return sql.Append(CultureInfo.InvariantCulture, $" FROM {QuerySql.Files(dataset, files, withDate: columns.Contains(Dataset.DateColumn, StringComparer.OrdinalIgnoreCase))}");
    }

    private void AppendConditions(StringBuilder sql, ScanSegment segment)
    {
        var conditions = Conditions(segment).ToList();
        if (conditions.Count > 0) sql.Append(" WHERE ").AppendJoin(" AND ", conditions);
    }

    private string SymbolList() =>
        $"(SELECT unnest({SqlText.LiteralList(symbols)}) AS {_symbolName}, unnest(range({symbols.Count})) AS {_symbolIndex})";

    private IEnumerable<string> Conditions(ScanSegment segment)
    {
        var dataset = snapshot.Dataset;
        if (segment.SymbolIndex is { } index && segment.Files.Any(file => file.Symbol is null))
        {
            yield return $"{Own(dataset.SymbolColumn)} = {SqlText.Literal(symbols[index])}";
        }

        if (segment.Files.Any(file => file.DateDays.From < days.From || file.DateDays.To > days.To))
        {
            yield return $"{SqlText.Identifier(Dataset.DateColumn)} BETWEEN DATE '{days.From:O}' AND DATE '{days.To:O}'";
        }

        if (segment.Files.Any(file => snapshot.TimesOf(file)?.NullCount != 0))
        {
            yield return $"{Own(dataset.TimeColumn)} IS NOT NULL";
        }
    }

    /// <summary>Files are sorted inside, and listed by date: only files of a period whose times overlap, several symbols, or files of other programs need sorting.</summary>
    private bool IsInOrder(ScanSegment segment) =>
        segment.SymbolIndex is not null && segment.Files.All(file => !file.IsForeign) && segment.Files.Zip(segment.Files.Skip(1)).All(pair => snapshot.IsBefore(pair.First, pair.Second));

    private string Own(string column) => QuerySql.ColumnExpression(snapshot.Dataset, column);
}
