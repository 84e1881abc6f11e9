using HybridStore.Native.Csv;

namespace HybridStore.Ingest.Typing;

/// <summary>Tells whether a first record names the columns.</summary>
internal static class HeaderGuess
{
    private const int RowsMax = 200;

    /// <summary>Names are no numbers or times, and differ; below them stands something else.</summary>
    internal static bool IsHeader(IReadOnlyList<string?> first, IReadOnlyList<IReadOnlyList<string?>> rows, CsvDialect dialect)
    {
        if (first.Any(field => field is not null && IsValue(field, dialect))) return false;
        var names = first.Where(field => !string.IsNullOrWhiteSpace(field)).ToList();
        if (names.Count == 0 || names.Distinct(StringComparer.OrdinalIgnoreCase).Count() < names.Count / 2 + 1) return false;
        for (var column = 0; column < first.Count; column++)
        {
            var values = rows.Take(RowsMax).Where(row => column < row.Count && row[column] is not null).Select(row => row[column]!).ToList();
            if (values.Count > 0 && values.All(value => IsValue(value, dialect))) return true;
            if (first[column] is { } name && values.Contains(name)) return false;
        }

        return true;
    }

    private static bool IsValue(string text, CsvDialect dialect) => text.Length > 0 && ColumnTyper.IsNumberOrTime(text, dialect);
}
