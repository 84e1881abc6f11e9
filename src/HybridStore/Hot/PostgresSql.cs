namespace HybridStore.Hot;

/// <summary>Names and texts in SQL for Postgres: the one place that escapes them.</summary>
internal static class PostgresSql
{
    /// <summary>A name, quoted.</summary>
    /// <param name="name">Any name without NUL.</param>
    internal static string Name(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A text, quoted; the same with standard_conforming_strings off.</summary>
    /// <param name="text">Any text without NUL.</param>
    internal static string Literal(string text)
    {
        var quoted = text.Replace("'", "''", StringComparison.Ordinal);
        return text.Contains('\\') ? $" E'{quoted.Replace("\\", "\\\\", StringComparison.Ordinal)}'" : $"'{quoted}'";
    }
}
