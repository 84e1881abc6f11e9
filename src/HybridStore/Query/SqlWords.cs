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
            var rest = _sql[_position..].TrimStart('"').TrimStart();
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

    private static bool IsWord(char value) => char.IsAsciiLetterOrDigit(value) || value == '_';
}
