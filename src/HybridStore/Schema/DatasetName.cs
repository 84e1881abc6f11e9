using System.Text;

namespace HybridStore.Schema;

/// <summary>Names of datasets: the same unquoted identifier in DuckDB, in Postgres and as a folder.</summary>
public static class DatasetName
{
    /// <summary>Postgres cuts names at 63 bytes; a day's table adds up to 9 to it.</summary>
    public const int LengthMax = 48;

    /// <summary>Words that cannot be a table's name without quotes in DuckDB or Postgres, as far as a folder may be called so.</summary>
    private static readonly string[] Reserved =
    [
        "all", "analyse", "analyze", "and", "any", "array", "as", "asc", "both", "case", "cast", "check", "collate", "column", "constraint", "create", "default", "desc", "describe", "distinct",
        "do", "else", "end", "except", "false", "fetch", "for", "foreign", "from", "grant", "group", "having", "in", "initially", "intersect", "into", "lateral", "leading", "limit", "not", "null",
        "offset", "on", "only", "or", "order", "pivot", "placing", "primary", "qualify", "references", "returning", "select", "show", "some", "summarize", "symmetric", "table", "then", "to", "trailing",
        "true", "union", "unique", "unpivot", "user", "using", "variadic", "when", "where", "window", "with",
    ];

    /// <summary>Whether a name can be used as it is.</summary>
    /// <param name="name">Any text.</param>
    public static bool IsValid(string name) =>
        name.Length is > 0 and <= LengthMax && name.All(IsNameCharacter) && !char.IsAsciiDigit(name[0]) && !Reserved.Contains(name);

    /// <summary>Checks a name that the user gave; upper case is folded.</summary>
    /// <param name="name">Any text.</param>
    /// <returns>The valid name.</returns>
    /// <exception cref="StoreException">Usage: it cannot be a name.</exception>
    public static string Require(string name)
    {
        var folded = name.ToLowerInvariant();
        return IsValid(folded)
            ? folded
            : throw new StoreException(
                StoreErrorKind.Usage,
                $"'{name}' cannot be a dataset's name: expected up to {LengthMax} letters (a-z), digits and underscores, no digit first, no word of SQL. Try '{FromText(name)}'.");
    }

    /// <summary>Makes a name of a folder's or file's.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>A valid name: upper case folded, what does not fit as underscores.</returns>
    public static string FromText(string text)
    {
        var name = new StringBuilder();
        foreach (var character in text.ToLowerInvariant())
        {
            if (IsNameCharacter(character)) name.Append(character);
            else if (name.Length > 0 && name[^1] != '_') name.Append('_');
        }

        var trimmed = name.ToString().Trim('_');
        if (trimmed.Length == 0) trimmed = "data";
        if (char.IsAsciiDigit(trimmed[0]) || Reserved.Contains(trimmed)) trimmed = "d_" + trimmed;
        return trimmed.Length > LengthMax ? trimmed[..LengthMax] : trimmed;
    }

    private static bool IsNameCharacter(char character) => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '_';
}
