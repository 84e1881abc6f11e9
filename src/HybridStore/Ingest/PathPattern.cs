using System.Globalization;
using System.Text.RegularExpressions;

namespace HybridStore.Ingest;

/// <summary>How a source's path tells its symbol and its day: <c>{symbol}_{date}.csv</c>, <c>{symbol}/{date}/*.csv</c>.</summary>
/// <remarks>
/// As many of the path's last parts are looked at as the pattern has. <c>{any}</c> and <c>*</c> stand for anything within a part. An ending
/// <c>.gz</c> or <c>.zst</c> may be left out. Days are spelled <c>20241101</c>, <c>2024-11-01</c>, <c>2024_11_01</c> or <c>2024.11.01</c>.
/// </remarks>
internal sealed partial class PathPattern
{
    private readonly string _text;
    private readonly Regex _regex;
    private readonly int _partCount;

    private PathPattern(string text, Regex regex)
    {
        _text = text;
        _regex = regex;
        _partCount = text.Split('/').Length;
    }

    /// <summary>Reads a pattern.</summary>
    /// <exception cref="StoreException">Usage: it has an unknown word in braces, or neither {symbol} nor {date}.</exception>
    internal static PathPattern Parse(string text)
    {
        var seen = new HashSet<string>();
        var regex = Token().Replace(Regex.Escape(text).Replace("\\{", "{", StringComparison.Ordinal), token => token.Value switch
        {
            "{symbol}" => seen.Add("symbol") ? "(?<symbol>[^/]+?)" : "\\k<symbol>",
            "{date}" => seen.Add("date") ? "(?<date>[0-9]{4}([-_.]?)[0-9]{2}\\1[0-9]{2})" : "\\k<date>",
            "{any}" or "\\*" => "[^/]*?",
            _ => throw new StoreException(StoreErrorKind.Usage, $"--path-pattern: expected {{symbol}}, {{date}} or {{any}}, found '{token.Value}' in '{text}'."),
        });
        if (seen.Count == 0) throw new StoreException(StoreErrorKind.Usage, $"--path-pattern: expected {{symbol}} or {{date}} in it, found '{text}'. Example: '{{symbol}}_{{date}}.csv'.");
        return new PathPattern(text.TrimStart('/'), new Regex($"^{regex.TrimStart('/')}(\\.gz|\\.zst)?$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase));
    }

    /// <summary>The source with what its path tells.</summary>
    internal SourceFile Apply(SourceFile file)
    {
        if (file.Problem is not null) return file;
        var parts = file.Path.Replace('!', '/').Split('/');
        var match = _regex.Match(string.Join('/', parts[Math.Max(0, parts.Length - _partCount)..]));
        if (!match.Success) return file with { Problem = $"{file.Path}: its path does not fit --path-pattern '{_text}'. Give another pattern, or name the files that fit." };
        if (match.Groups["symbol"] is { Success: true } symbol) file = file with { Symbol = symbol.Value };
        if (match.Groups["date"] is not { Success: true } date) return file;
        var digits = string.Concat(date.Value.Where(char.IsAsciiDigit));
        return DateOnly.TryParseExact(digits, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? file with { Day = day }
            : file with { Problem = $"{file.Path}: expected a day at {{date}} of --path-pattern '{_text}', found '{date.Value}'." };
    }

    [GeneratedRegex(@"\{[^{}]*\}|\\\*")]
    private static partial Regex Token();
}
