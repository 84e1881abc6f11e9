using System.Globalization;
using HybridStore.Schema;

namespace HybridStore.Query.Export;

/// <summary>The SQL of exports.</summary>
internal static class ExportSql
{
    /// <summary>
    /// What makes a spreadsheet take a text for a formula, at its beginning; tabs and line ends are dropped by some before they look.
    /// Source: OWASP, "CSV Injection", with the full-width forms.
    /// </summary>
    private const string FormulaStart = @"^[=+\-@\t\r\n＝＋－＠]";

    /// <summary>The options of COPY for text; those of Parquet are <see cref="Lake.ParquetCopy.ResultOptions"/>.</summary>
    internal static string CopyOptions(ExportFormat format) => format switch
    {
        ExportFormat.CsvGzip => "FORMAT csv, HEADER true, COMPRESSION gzip",
        ExportFormat.CsvZstd => "FORMAT csv, HEADER true, COMPRESSION zstd",
        _ => "FORMAT csv, HEADER true",
    };

    /// <summary>The rows to export.</summary>
    /// <param name="dataset">Whose.</param>
    /// <param name="columns">Names and whether they are texts.</param>
    /// <param name="request">Which.</param>
    /// <param name="symbols">The condition's symbols; null for all, a null in it for rows without one.</param>
    /// <param name="isSorted">Whether the files already give the order.</param>
    internal static string Select(Dataset dataset, IReadOnlyList<Column> columns, ExportRequest request, IReadOnlyList<string?>? symbols, bool isSorted)
    {
        var list = string.Join(", ", columns.Select(column => request.IsSpreadsheetSafe ? Safe(column) : SqlText.Identifier(column.Name)));
        var order = isSorted ? "" : $" ORDER BY {SqlText.Identifier(dataset.SymbolColumn)}, {SqlText.Identifier(dataset.TimeColumn)}";
        return $"SELECT {list} FROM {SqlText.Identifier(dataset.Name)}{Where(dataset, request, symbols)}{order}";
    }

    /// <summary>The symbols that have rows in the request's days.</summary>
    internal static string Symbols(Dataset dataset, ExportRequest request) =>
        $"SELECT DISTINCT {SqlText.Identifier(dataset.SymbolColumn)} FROM {SqlText.Identifier(dataset.Name)}{Where(dataset, request, null)} ORDER BY 1";

    private static string Where(Dataset dataset, ExportRequest request, IReadOnlyList<string?>? symbols)
    {
        var conditions = new List<string>();
        if (symbols is not null) conditions.Add(Symbols(SqlText.Identifier(dataset.SymbolColumn), symbols));
        if (request.From is { } from) conditions.Add($"{SqlText.Identifier(Dataset.DateColumn)} >= DATE {Literal(from)}");
        if (request.To is { } to) conditions.Add($"{SqlText.Identifier(Dataset.DateColumn)} <= DATE {Literal(to)}");
        return conditions.Count == 0 ? "" : " WHERE " + string.Join(" AND ", conditions);
    }

    private static string Symbols(string column, IReadOnlyList<string?> symbols)
    {
        var named = symbols.OfType<string>().ToList();
        var isIn = $"{column} IN ({string.Join(", ", named.Select(SqlText.Literal))})";
        if (named.Count == symbols.Count) return isIn;
        return named.Count == 0 ? $"{column} IS NULL" : $"({column} IS NULL OR {isIn})";
    }

    private static string Safe(Column column)
    {
        var name = SqlText.Identifier(column.Name);
        var value = column.Type.Kind == ColumnKind.Varchar
            ? $"CASE WHEN regexp_matches({name}, {SqlText.Literal(FormulaStart)}) THEN {SqlText.Literal("'")} || {name} ELSE {name} END"
            : name;
        // A header is a cell too.
        var header = "=+-@".Contains(column.Name[0], StringComparison.Ordinal) ? "'" + column.Name : column.Name;
        return $"{value} AS {SqlText.Identifier(header)}";
    }

    private static string Literal(DateOnly date) => SqlText.Literal(date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
}
