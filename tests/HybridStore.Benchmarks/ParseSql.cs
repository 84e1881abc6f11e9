using HybridStore.Native.Csv;

namespace HybridStore.Benchmarks;

/// <summary>SQL of the parse benchmark.</summary>
internal static class ParseSql
{
    internal static string ReadAll(string[] files, CsvColumnSpec[] specs)
    {
        var columns = string.Join(", ", specs.Select(spec => $"{Literal(spec.Name)}: '{Type(spec.Kind)}'"));
        var values = string.Join(", ", specs.Select(spec => $"max(\"{spec.Name}\")"));
        return $"select count(*), {values} from read_csv([{string.Join(", ", files.Select(Literal))}], header = true, columns = {{{columns}}}, auto_detect = false)";
    }

    private static string Literal(string text) => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";

    private static string Type(CsvValueKind kind) => kind switch
    {
        CsvValueKind.BigInt => "BIGINT",
        CsvValueKind.Double => "DOUBLE",
        CsvValueKind.Boolean => "BOOLEAN",
        CsvValueKind.Date => "DATE",
        CsvValueKind.Timestamp => "TIMESTAMP",
        CsvValueKind.TimestampTz => "TIMESTAMPTZ",
        _ => "VARCHAR",
    };
}
