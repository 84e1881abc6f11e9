namespace HybridStore.Query;

/// <summary>Splits SQL text at the semicolons between its statements.</summary>
/// <remarks>
/// Only for convenience: what runs is checked again as one statement. Semicolons in strings, quoted names, dollar quotes and
/// comments do not count.
/// </remarks>
public static class SqlScript
{
    /// <summary>The statements of a text, without their semicolons.</summary>
    /// <param name="text">Any number of statements.</param>
    /// <param name="isComplete">Whether the text ends behind a statement: with a semicolon, or with nothing but white space and comments after one.</param>
    public static IReadOnlyList<string> Split(string text, out bool isComplete)
    {
        var statements = new List<string>();
        var start = 0;
        var hasWords = false;
        var isOpen = false;
        for (var position = 0; position < text.Length;)
        {
            var next = SkipToken(text, position, out isOpen);
            if (text[position] == ';')
            {
                if (hasWords) statements.Add(text[start..position].Trim());
                (start, hasWords) = (next, false);
            }
            else if (!char.IsWhiteSpace(text[position]) && !IsComment(text, position))
            {
                hasWords = true;
            }

            position = next;
        }

        if (hasWords) statements.Add(text[start..].Trim());
        isComplete = !hasWords && !isOpen;
        return statements;
    }

    /// <summary>A name as a statement spells it: in quotes where it needs them.</summary>
    /// <param name="name">Of a table or a column, without NUL.</param>
    public static string Name(string name) =>
        name.Length > 0 && name.All(IsWord) && !char.IsDigit(name[0]) ? name : SqlText.Identifier(name);

    private static bool IsComment(string text, int position) =>
        text.AsSpan(position).StartsWith("--") || text.AsSpan(position).StartsWith("/*");

    /// <summary>The position behind the string, quoted name, comment or character at a position.</summary>
    private static int SkipToken(string text, int position, out bool isOpen)
    {
        var rest = text.AsSpan(position);
        switch (rest[0])
        {
            case '\'' or '"':
                var canEscape = rest[0] == '\'' && position > 0 && text[position - 1] is 'e' or 'E' && (position == 1 || !IsWord(text[position - 2]));
                return SkipQuoted(text, position, canEscape, out isOpen);
            case '-' when rest.StartsWith("--"):
                isOpen = false;
                return rest.IndexOf('\n') is var line and >= 0 ? position + line + 1 : text.Length;
            case '/' when rest.StartsWith("/*"):
                return SkipComment(text, position, out isOpen);
            case '$' when position == 0 || !IsWord(text[position - 1]):
                return SkipDollarQuoted(text, position, out isOpen);
            default:
                isOpen = false;
                return position + 1;
        }
    }

    private static int SkipQuoted(string text, int position, bool canEscape, out bool isOpen)
    {
        var quote = text[position];
        for (var index = position + 1; index < text.Length; index++)
        {
            if (canEscape && text[index] == '\\') index++;
            else if (text[index] == quote)
            {
                // Two quotes are one; the second opens a piece that goes on.
                isOpen = false;
                return index + 1;
            }
        }

        isOpen = true;
        return text.Length;
    }

    private static int SkipComment(string text, int position, out bool isOpen)
    {
        var depth = 0;
        for (var index = position; index < text.Length - 1; index++)
        {
            var rest = text.AsSpan(index);
            if (rest.StartsWith("/*")) depth++;
            else if (rest.StartsWith("*/")) depth--;
            else continue;
            index++;
            if (depth > 0) continue;
            isOpen = false;
            return index + 1;
        }

        isOpen = true;
        return text.Length;
    }

    private static int SkipDollarQuoted(string text, int position, out bool isOpen)
    {
        var end = position + 1;
        while (end < text.Length && IsWord(text[end])) end++;
        isOpen = false;
        if (end == text.Length || text[end] != '$' || char.IsAsciiDigit(text[position + 1])) return position + 1;
        var tag = text[position..(end + 1)];
        var close = text.IndexOf(tag, end + 1, StringComparison.Ordinal);
        isOpen = close < 0;
        return isOpen ? text.Length : close + tag.Length;
    }

    private static bool IsWord(char value) => char.IsLetterOrDigit(value) || value == '_';
}
