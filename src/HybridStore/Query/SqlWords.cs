namespace HybridStore.Query;

/// <summary>The words of a SQL text: runs of ASCII letters, digits and underscores, wherever they stand.</summary>
/// <remarks>
/// No lexer: words in strings and comments count too. What must not be overlooked cannot hide behind a quote that DuckDB reads
/// otherwise than we would. DuckDB refuses Unicode escapes in names, so a name is always spelled out.
/// </remarks>
internal ref struct SqlWords(ReadOnlySpan<char> sql)
{
    private readonly ReadOnlySpan<char> _sql = sql;
    private int _position;

    /// <summary>The word that <see cref="MoveNext"/> found.</summary>
    internal ReadOnlySpan<char> Current { get; private set; }

    /// <summary>Whether the word is followed by what makes it a call, or by a comment that might hide it.</summary>
    internal readonly bool MayBeCall
    {
        get
        {
            var rest = SkipBlanks(_sql[_position..].TrimStart('"'));
            return rest.StartsWith("(") || rest.StartsWith("--") || rest.StartsWith("/*");
        }
    }

    internal bool MoveNext()
    {
        var start = _position;
        while (start < _sql.Length && !IsWord(_sql[start])) start++;
        var end = start;
        while (end < _sql.Length && IsWord(_sql[end])) end++;
        Current = _sql[start..end];
        _position = end;
        return end > start;
    }

    /// <summary>A text without the blanks at its beginning.</summary>
    /// <remarks>
    /// DuckDB takes more for blanks than .NET does: also U+200B to U+200D, U+2060 and U+FEFF. Whatever is not ASCII counts here, so that
    /// a list of its own that grows is no way around.
    /// </remarks>
    internal static ReadOnlySpan<char> SkipBlanks(ReadOnlySpan<char> sql)
    {
        var start = 0;
        while (start < sql.Length && (char.IsWhiteSpace(sql[start]) || !char.IsAscii(sql[start]) || char.IsControl(sql[start]))) start++;
        return sql[start..];
    }

    private static bool IsWord(char value) => char.IsAsciiLetterOrDigit(value) || value == '_';
}
