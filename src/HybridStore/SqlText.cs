namespace HybridStore;

/// <summary>The one place where names and values become part of SQL text.</summary>
/// <remarks>DuckDB and Postgres (with standard_conforming_strings, its default) quote alike.</remarks>
internal static class SqlText
{
    /// <summary>A string literal.</summary>
    /// <param name="value">Any text without NUL.</param>
    internal static string Literal(string value) => $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>A string literal for Spark and ClickHouse, where a backslash escapes.</summary>
    /// <param name="value">Any text without NUL.</param>
    internal static string EscapedLiteral(string value) => $"'{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";

    /// <summary>A quoted identifier.</summary>
    /// <param name="name">Any text without NUL.</param>
    internal static string Identifier(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A list of string literals in brackets.</summary>
    /// <param name="values">Any texts without NUL.</param>
    internal static string LiteralList(IEnumerable<string> values) => $"[{string.Join(", ", values.Select(Literal))}]";
}
