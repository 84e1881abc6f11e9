using System.Text.RegularExpressions;
using HybridStore.Native.Csv;

namespace HybridStore.Ingest.Typing;

/// <summary>Tells from a sample's numbers which marks stand before their fraction and between their thousands.</summary>
/// <remarks>
/// <c>1,234</c> alone may be either and proves nothing; <c>1,5</c>, <c>12.34</c>, <c>1,234.5</c> and <c>1,234,567</c> do. Where nothing is
/// proven, or the proofs contradict each other, numbers with commas stay text.
/// </remarks>
internal static partial class NumberMarks
{
    private const int NumberCharactersMax = 40;

    private static ReadOnlySpan<char> Marks => ",.' ";

    /// <summary>The dialect with the marks that the sample proves.</summary>
    /// <param name="dialect">As far as it is known.</param>
    /// <param name="overrides">What the user said: that is left as it is.</param>
    /// <param name="records">The sample.</param>
    /// <param name="notes">Where doubts are told.</param>
    internal static CsvDialect Find(CsvDialect dialect, DialectOverrides overrides, IReadOnlyList<CsvSampleRecord> records, List<string> notes)
    {
        if (overrides.DecimalComma is not null && overrides.GroupMark is not null) return dialect;
        var proofs = new Proofs();
        foreach (var field in records.SelectMany(record => record.Fields))
        {
            if (field is not null && field.Length <= NumberCharactersMax && field.AsSpan().IndexOfAny(Marks) > 0) proofs.Take(field.Trim());
        }

        var comma = overrides.DecimalComma ?? (proofs.DecimalComma > 0 && proofs.DecimalPoint == 0 && proofs.GroupComma == 0);
        var group = overrides.GroupMark ?? proofs.GroupMark(comma);
        if (overrides is { DecimalComma: null, GroupMark: null } && proofs.Doubtful is { } text && !comma && group != (byte)',')
        {
            notes.Add($"Numbers such as {text} may have a decimal comma or a thousands mark, and stay text. Say which with --decimal , or --thousands ,.");
        }

        return dialect with { DecimalComma = comma, GroupMark = group };
    }

    /// <summary>A number as a dialect without commas and thousands marks spells it; any other text as it is.</summary>
    /// <param name="text">A field; null for none.</param>
    /// <param name="dialect">How it is spelled.</param>
    internal static string? ToPlain(string? text, CsvDialect dialect)
    {
        if (text is null || (!dialect.DecimalComma && dialect.GroupMark is null) || !ColumnTyper.IsNumber(text, dialect)) return text;
        if (dialect.GroupMark is { } mark) text = text.Replace(((char)mark).ToString(), "", StringComparison.Ordinal);
        return dialect.DecimalComma ? text.Replace(',', '.') : text;
    }

    private sealed class Proofs
    {
        private int _groupPoint;
        private int _groupApostrophe;
        private int _groupSpace;
        private int _maybeGroupComma;

        internal int DecimalPoint { get; private set; }

        internal int DecimalComma { get; private set; }

        internal int GroupComma { get; private set; }

        /// <summary>A number that proves nothing.</summary>
        internal string? Doubtful { get; private set; }

        internal void Take(string text)
        {
            if (PlainPoint().IsMatch(text)) DecimalPoint++;
            else if (PlainComma().IsMatch(text)) DecimalComma++;
            else if (MaybeComma().IsMatch(text)) (_maybeGroupComma, Doubtful) = (_maybeGroupComma + 1, Doubtful ?? text);
            else if (GroupedByComma().Match(text) is { Success: true } byComma) (GroupComma, DecimalPoint) = (GroupComma + 1, DecimalPoint + byComma.Groups[2].Length);
            else if (GroupedByPoint().Match(text) is { Success: true } byPoint) (_groupPoint, DecimalComma) = (_groupPoint + 1, DecimalComma + byPoint.Groups[2].Length);
            else if (GroupedByApostrophe().Match(text) is { Success: true }) _groupApostrophe++;
            else if (GroupedBySpace().Match(text) is { Success: true } bySpace) (_groupSpace, DecimalComma) = (_groupSpace + 1, DecimalComma + (bySpace.Groups[2].ValueSpan.StartsWith(",") ? 1 : 0));
        }

        internal byte? GroupMark(bool isDecimalComma)
        {
            if (!isDecimalComma && DecimalComma == 0 && (GroupComma > 0 || (_maybeGroupComma > 0 && DecimalPoint > 0))) return (byte)',';
            if (_groupPoint > 0 && DecimalPoint == 0 && GroupComma == 0) return (byte)'.';
            if (_groupApostrophe > 0) return (byte)'\'';
            return _groupSpace > 0 ? (byte)' ' : null;
        }
    }

    [GeneratedRegex(@"^[+-]?(0|[0-9]{4,}|[0-9]*(?=\.([0-9]{1,2}|[0-9]{4,})$))\.[0-9]+$|^[+-]?[0-9]+\.[0-9]*[eE][+-]?[0-9]+$")]
    private static partial Regex PlainPoint();

    [GeneratedRegex("^[+-]?(0|[0-9]{4,}|[0-9]*(?=,([0-9]{1,2}|[0-9]{4,})$)),[0-9]+$|^[+-]?[0-9]+,[0-9]*[eE][+-]?[0-9]+$")]
    private static partial Regex PlainComma();

    [GeneratedRegex("^[+-]?[0-9]{1,3},[0-9]{3}$")]
    private static partial Regex MaybeComma();

    [GeneratedRegex(@"^[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:(,[0-9]{3})|(\.[0-9]+))$")]
    private static partial Regex GroupedByComma();

    [GeneratedRegex(@"^[+-]?[0-9]{1,3}(?:\.[0-9]{3})+(?:(\.[0-9]{3})|(,[0-9]+))$")]
    private static partial Regex GroupedByPoint();

    [GeneratedRegex(@"^[+-]?[0-9]{1,3}(?:'[0-9]{3})+(\.[0-9]+)?$")]
    private static partial Regex GroupedByApostrophe();

    [GeneratedRegex("^[+-]?[0-9]{1,3}(?: [0-9]{3})+(?:( [0-9]{3})|([.,][0-9]+))$")]
    private static partial Regex GroupedBySpace();
}
