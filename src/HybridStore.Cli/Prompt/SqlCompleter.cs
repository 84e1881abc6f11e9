using HybridStore.Query;

namespace HybridStore.Cli.Prompt;

/// <summary>Finds how the word before a statement's cursor may go on: tables, columns, time-series functions and words of SQL.</summary>
/// <param name="catalog">The names.</param>
/// <remarks>It reads no grammar: the last clause's word and what stands just before decide, which is right nearly always.</remarks>
internal sealed class SqlCompleter(SqlCatalog catalog)
{
    /// <summary>With more, columns are offered only of the tables that the statement names.</summary>
    private const int TablesOfferedMax = 8;

    internal Completion Complete(string text, int cursor)
    {
        var start = cursor;
        while (start > 0 && IsWord(text[start - 1])) start--;
        var prefix = text[start..cursor];
        if (text.TrimStart().StartsWith('.')) return DotCommands.Complete(text, cursor, catalog.Tables);
        var tokens = Tokens(text, start, out var state);
        return state switch
        {
            TextState.Quote => IsMacroArgument(tokens) ? Filter(start, prefix, catalog.Tables.Select(table => table + "'")) : Completion.None(start),
            TextState.Comment => Completion.None(start),
            _ => Filter(start, prefix, Candidates(text, tokens, prefix)),
        };
    }

    private IEnumerable<string> Candidates(string text, List<string> tokens, string prefix)
    {
        var last = tokens.Count > 0 ? tokens[^1] : "";
        if (last == "." && tokens.Count > 1) return ColumnsOf(Resolve(text, tokens[^2])).Select(SqlScript.Name);
        if (tokens.Count == 0 || last == ";") return Cased(SqlKeywords.Beginnings, prefix);
        var clause = tokens.FindLastIndex(SqlKeywords.Clauses.Contains);
        var isTablePlace = SqlKeywords.BeforeTable.Contains(last) || (last == "," && clause >= 0 && SqlKeywords.BeforeTable.Contains(tokens[clause]));
        if (isTablePlace) return [.. catalog.Tables, .. catalog.Macros.Select(name => name + "(")];
        var isBehindTable = clause >= 0 && SqlKeywords.BeforeTable.Contains(tokens[clause]) && clause < tokens.Count - 1;
        if (isBehindTable) return Cased(SqlKeywords.Inner, prefix);
        return
        [
            .. NamedTables(text).SelectMany(ColumnsOf).Select(SqlScript.Name),
            .. Cased(SqlKeywords.Inner, prefix),
            .. SqlKeywords.Functions.Concat(catalog.Functions).Select(name => name + "("),
        ];
    }

    /// <summary>The table that a name before a dot means: itself, or the one that has it as an alias.</summary>
    private string Resolve(string text, string name)
    {
        if (catalog.Tables.Contains(name, StringComparer.OrdinalIgnoreCase)) return name;
        var tokens = Tokens(text, text.Length, out _);
        for (var index = 1; index < tokens.Count; index++)
        {
            if (!tokens[index].Equals(name, StringComparison.OrdinalIgnoreCase)) continue;
            var before = tokens[index - 1].Equals("as", StringComparison.OrdinalIgnoreCase) && index > 1 ? tokens[index - 2] : tokens[index - 1];
            if (catalog.Tables.Contains(before, StringComparer.OrdinalIgnoreCase)) return before;
        }

        return name;
    }

    private IEnumerable<string> NamedTables(string text)
    {
        var tokens = Tokens(text, text.Length, out _);
        var named = catalog.Tables.Where(table => tokens.Contains(table, StringComparer.OrdinalIgnoreCase)).ToList();
        return named.Count > 0 || catalog.Tables.Count > TablesOfferedMax ? named : catalog.Tables;
    }

    private IReadOnlyList<string> ColumnsOf(string table) =>
        catalog.Tables.FirstOrDefault(name => name.Equals(table, StringComparison.OrdinalIgnoreCase)) is { } known ? catalog.Columns(known) : [];

    /// <summary>Whether the quote that is open is the first word of a time-series function's arguments, or a later one.</summary>
    private bool IsMacroArgument(List<string> tokens)
    {
        var open = tokens.LastIndexOf("(");
        return open > 0 && catalog.Macros.Contains(tokens[open - 1], StringComparer.OrdinalIgnoreCase);
    }

    private static Completion Filter(int start, string prefix, IEnumerable<string> candidates) => new(
        start,
        [.. candidates.Where(candidate => candidate.TrimStart('"').StartsWith(prefix, StringComparison.OrdinalIgnoreCase)).Distinct(StringComparer.Ordinal).Order(StringComparer.OrdinalIgnoreCase)]);

    /// <summary>Words are completed in the case in which they were begun.</summary>
    private static IEnumerable<string> Cased(string[] words, string prefix) =>
        prefix.Length > 0 && prefix.All(character => !char.IsAsciiLetterLower(character)) ? words.Select(word => word.ToUpperInvariant()) : words;

    /// <summary>The words and signs before a position, without comments and strings.</summary>
    private static List<string> Tokens(string text, int end, out TextState state)
    {
        var tokens = new List<string>();
        state = TextState.Code;
        for (var index = 0; index < end;)
        {
            var rest = text.AsSpan(index, end - index);
            if (IsWord(text[index]))
            {
                var length = 1;
                while (index + length < end && IsWord(text[index + length])) length++;
                tokens.Add(text.Substring(index, length));
                index += length;
            }
            else if (rest.StartsWith("--") || rest.StartsWith("/*"))
            {
                var close = rest[0] == '-' ? rest.IndexOf('\n') : rest.IndexOf("*/") is var at and >= 0 ? at + 1 : -1;
                if (close < 0) state = TextState.Comment;
                index = close < 0 ? end : index + close + 1;
            }
            else if (text[index] is '\'' or '"')
            {
                var close = rest[1..].IndexOf(text[index]);
                if (close < 0) state = text[index] == '\'' ? TextState.Quote : TextState.Comment;
                else if (text[index] == '"') tokens.Add(rest.Slice(1, close).ToString());
                index = close < 0 ? end : index + close + 2;
            }
            else
            {
                if (!char.IsWhiteSpace(text[index])) tokens.Add(text[index].ToString());
                index++;
            }
        }

        return tokens;
    }

    private static bool IsWord(char value) => char.IsLetterOrDigit(value) || value == '_';

    private enum TextState
    {
        Code,
        Quote,
        Comment,
    }
}
