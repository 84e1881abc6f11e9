using HybridStore.Native.Csv;

namespace HybridStore.Tests.Native.Csv;

/// <summary>DuckDB's reader, told everything, so that it guesses nothing.</summary>
internal static class CsvJudgeSql
{
    internal static string ReadCsv(string path, CsvColumnSpec[] specs, bool endsInCrLf)
    {
        var columns = string.Join(", ", specs.Select(spec => $"'{spec.Name}': '{Type(spec.Kind)}'"));
        return $"""
            read_csv('{path}', auto_detect = false, header = false, new_line = '{(endsInCrLf ? "\\r\\n" : "\\n")}', delim = ',', quote = '"', escape = '"', allow_quoted_nulls = false,
              columns = {"{"}{columns}{"}"})
            """;
    }

    private static string Type(CsvValueKind kind) => kind switch
    {
        CsvValueKind.BigInt => "bigint",
        CsvValueKind.Double => "double",
        CsvValueKind.Boolean => "boolean",
        CsvValueKind.Date => "date",
        CsvValueKind.Timestamp => "timestamp",
        CsvValueKind.TimestampTz => "timestamptz",
        _ => "varchar",
    };
}
