using HybridStore.Schema;

namespace HybridStore.Lake;

/// <summary>The SQL that finds zeros with a sign, which DuckDB's dictionaries and sorting lose.</summary>
/// <remarks>
/// Seen in DuckDB 1.5.6: a Parquet dictionary is keyed by ==, for which -0.0 and 0.0 are one value (duckdb#25781), and the columns
/// that ORDER BY names come back from its sort keys, which have one zero only.
/// </remarks>
internal static class SignedZeroSql
{
    /// <summary>How the error begins by which a statement ends that may not write a zero with a sign.</summary>
    internal const string Mark = "a zero has a sign: ";

    /// <summary>The value of a column, or an error when it is -0.0: of 3 M rows of three such columns, 4 % of the time to write them.</summary>
    /// <param name="value">An expression of the type DOUBLE or FLOAT.</param>
    internal static string Guard(string value) =>
        $"CASE WHEN {value} = 0 AND signbit({value}) THEN error('{Mark}' || {value}) ELSE {value} END";

    /// <summary>The same for a column of any type, where it is to be guarded.</summary>
    /// <param name="value">An expression.</param>
    /// <param name="type">Its type.</param>
    /// <param name="encoding">How it is written.</param>
    internal static string Guard(string value, ColumnType type, ParquetEncoding encoding) =>
        encoding == ParquetEncoding.Dictionaries && type.Kind == ColumnKind.Double ? Guard(value) : value;

    /// <summary>What orders rows by a column and keeps its values: DuckDB rebuilds only what stands in ORDER BY by itself.</summary>
    /// <param name="column">A column of the dataset.</param>
    internal static string OrderBy(Column column)
    {
        var name = SqlText.Identifier(column.Name);
        if (!column.Type.Has(ColumnKind.Double)) return name;
        return column.Type.IsNested ? $"{name}::VARCHAR" : $"{name} + 0.0::DOUBLE, signbit({name}) DESC";
    }
}
