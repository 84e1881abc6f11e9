using HybridStore.Schema;

namespace HybridStore.Lake.Foreign;

/// <summary>SQL that gives a value of another program's file as the dataset's type, or fails by the name of file and column: no value is changed in silence.</summary>
internal static class ForeignValueSql
{
    /// <summary>How the error of a value begins that does not fit; the file and the column follow.</summary>
    private const string MisfitMark = "a value does not fit the dataset: ";

    /// <summary>What to do about it.</summary>
    internal const string Advice = "Another program wrote this file: correct or remove its rows there, or go back to the version before with 'hybrid undo'.";

    /// <summary>What a value that does not fit says: the file, the column, what was expected and what was found.</summary>
    /// <param name="message">DuckDB's.</param>
    /// <returns>Null for any other error.</returns>
    internal static string? MisfitOf(string message)
    {
        var at = message.IndexOf(MisfitMark, StringComparison.Ordinal);
        return at < 0 ? null : message[(at + MisfitMark.Length)..].Split('\n')[0];
    }

    /// <summary>The value as the dataset's type.</summary>
    /// <param name="column">Of the file.</param>
    /// <param name="type">The dataset's.</param>
    /// <param name="file">SQL for the file's name, for messages.</param>
    /// <param name="use">What for.</param>
    internal static string Of(FileShape.Column column, ColumnType type, string file, ForeignUse use)
    {
        var value = SqlText.Identifier(column.Name);
        if (column.Is(type)) return value;
        var target = type.ToSql();
        var misfit = Misfit(file, column.Name, $"{target}, found {column.Type}", value);
        return (type.Kind, column.Type) switch
        {
            // INT96 of Spark and milliseconds of Trino are instants that are not marked as such.
            (ColumnKind.TimestampTz, "TIMESTAMP" or "TIMESTAMP_S" or "TIMESTAMP_MS") => $"timezone('UTC', {value}::TIMESTAMP)",
            (ColumnKind.TimestampTz, "TIMESTAMP_NS") => $"timezone('UTC', {Microseconds(value, misfit, use)})",
            (ColumnKind.Timestamp or ColumnKind.TimestampTz, FileShape.NanosecondInstant) => CutInstant(value, type, misfit, use),
            (ColumnKind.Timestamp, "TIMESTAMP_NS") => Microseconds(value, misfit, use),
            // delta-rs writes an instant into a column of times without a zone as the clock of UTC shows it.
            (ColumnKind.Timestamp, "TIMESTAMP WITH TIME ZONE") => $"timezone('UTC', {value})",
            (ColumnKind.Varchar, "BLOB") => $"coalesce(TRY(decode({value})), {(use == ForeignUse.Answer ? $"{value}::VARCHAR" : $"CASE WHEN {value} IS NOT NULL THEN {misfit} END")})",
            (ColumnKind.Double, "FLOAT" or "TINYINT" or "SMALLINT" or "INTEGER" or "UTINYINT" or "USMALLINT" or "UINTEGER") => $"{value}::DOUBLE",
            _ when StoredType.Of(column.Type) == type => $"{value}::{target}",
            _ => $"CASE WHEN {value} IS NULL THEN NULL WHEN TRY_CAST(TRY_CAST({value} AS {target}) AS {column.Type}) IS NOT DISTINCT FROM {value} "
                + $"THEN TRY_CAST({value} AS {target}) ELSE {misfit} END",
        };
    }

    /// <summary>What DuckDB shows of an instant with nanoseconds: whether it cut anything cannot be told, so that none is written anew.</summary>
    private static string CutInstant(string value, ColumnType type, string misfit, ForeignUse use) =>
        use is not (ForeignUse.Answer or ForeignUse.Look) ? $"CASE WHEN {value} IS NOT NULL THEN {misfit} END"
        : type.Kind == ColumnKind.TimestampTz ? value
        : $"timezone('UTC', {value})";

    /// <summary>Fails with the file, the column, what was expected and the value.</summary>
    /// <param name="file">SQL for the file's name.</param>
    /// <param name="column">The column's name.</param>
    /// <param name="expected">Text: what was expected, and what kind of value is found.</param>
    /// <param name="value">SQL for the value.</param>
    internal static string Misfit(string file, string column, string expected, string value) =>
        $"error({SqlText.Literal(MisfitMark)} || {file} || {SqlText.Literal($": column '{column}': expected {expected} ")} || coalesce(({value})::VARCHAR, 'without a value'))";

    private static string Microseconds(string value, string misfit, ForeignUse use) => use is ForeignUse.Answer or ForeignUse.Look
        ? $"{value}::TIMESTAMP"
        : $"CASE WHEN {value} IS NULL OR {value}::TIMESTAMP::TIMESTAMP_NS = {value} THEN {value}::TIMESTAMP ELSE {misfit} END";
}
